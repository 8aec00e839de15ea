import type { RequestResult } from '../../../shared/contract/contract'
import type { runRequests } from '../../../shared/contract/runs'
import { LabError } from '../../../shared/errors'
import { PAPER, publishedTestAccuracy, publishedTrace } from '../../../shared/experiment/published'
import type { StepColumnName } from '../../../shared/metrics/steps'
import type { Handlers } from '../contract/dispatch'
import type { EventBus } from '../contract/event-bus'
import type { Lab } from '../lab'
import { publishedFor } from '../paper'
import type { RunQueue } from './queue'
import type { Run } from './runs'
import { epochViews, runView, runViews } from './view'

type RunHandlers = Handlers<keyof typeof runRequests>

/** Answers about runs and their queue. */
export function runHandlers(lab: Lab, queue: RunQueue, events: EventBus): RunHandlers {
  return { ...lookUps(lab), ...queueHandlers(queue), ...changes(lab, queue, events) }
}

const lookUps = (lab: Lab) =>
  ({
    'runs.list': ({ trashed }) => runViews(lab, { trashed }),
    'runs.get': ({ id }) => {
      const run = lab.store.runs.get(id)
      return {
        run: runView(lab, run),
        configuration: lab.runs.configuration(run),
        epochs: epochViews(lab, run),
        steps: lab.store.steps.count(run.id),
        ...{ labVersion: run.labVersion, gitCommit: run.gitCommit, dataHash: run.dataHash },
      }
    },
    'runs.curve': ({ id, column, axis, ...range }) => {
      const { x, y, total, drawn } = lab.store.steps.envelope(id, column as StepColumnName, { x: axis, ...range })
      return { x: Array.from(x), y: Array.from(y), total, drawn }
    },
    'runs.log': ({ id }) => lab.store.log.list(id),
    'runs.published': ({ id }) => published(lab, lab.store.runs.get(id)),
  }) satisfies Partial<RunHandlers>

function published(lab: Lab, run: Run): RequestResult<'runs.published'> {
  const record = publishedFor(run.preset, lab.dataSets.get(run.dataSet))
  if (!record) return null
  return {
    source: PAPER,
    measured: publishedTrace(record.preset),
    batchLoss: record.batchLoss,
    epochs: record.epochs.map(({ epoch, train_acc, test_acc }) => ({
      epoch,
      trainAccuracy: train_acc,
      testAccuracy: test_acc ?? null,
    })),
    testAccuracy: publishedTestAccuracy(record),
  }
}

const queueHandlers = (queue: RunQueue) =>
  ({
    'runs.pause': ({ id }) => done(queue.pause(id)),
    'runs.stop': ({ id }) => done(queue.stop(id)),
    'runs.resume': ({ id }) => done(queue.resume(id)),
    'queue.get': () => ({
      order: queue.waiting(),
      ...{ running: queue.running, paused: queue.paused, problem: queue.problem },
    }),
    'queue.order': ({ order }) => done(queue.order(order)),
    'queue.pause': ({ paused }) => done(paused ? queue.pauseAll() : queue.continue()),
  }) satisfies Partial<RunHandlers>

function changes(lab: Lab, queue: RunQueue, events: EventBus) {
  const { runs } = lab.store
  const told = (id: string): null => {
    events.emit({ kind: 'run', run: runView(lab, runs.get(id)) })
    return null
  }
  return {
    'runs.rename': ({ id, name }) => {
      runs.rename(id, name)
      return told(id)
    },
    'runs.note': ({ id, notes }) => {
      runs.setNotes(id, notes)
      return told(id)
    },
    'runs.trash': ({ id }) => {
      if (queue.running === id) throw new LabError('bad-input', `Run ${id} is training.`, 'Pause or stop it first.')
      if (queue.waiting().includes(id)) queue.pause(id)
      runs.trash(id)
      return told(id)
    },
    'runs.restore': ({ id }) => {
      runs.restore(id)
      return told(id)
    },
  } satisfies Partial<RunHandlers>
}

const done = (_: void): null => null

import type { curveRequests } from '../../../shared/contract/curves'
import type { runRequests } from '../../../shared/contract/runs'
import { LabError } from '../../../shared/errors'
import { liesIn, LONGEST_FOLDER, movedFolder } from '../../../shared/runs/folders'
import type { Handlers } from '../contract/dispatch'
import { takeInBundle } from '../bundles/take-in'
import type { EventBus } from '../contract/event-bus'
import type { Lab } from '../lab'
import { publishedFor, publishedView } from '../paper'
import { Curves } from './curves'
import type { RunQueue } from './queue'
import type { Run } from './runs'
import { deleteRuns, refuseTraining } from './trash'
import { epochViews, runView, runViews } from './view'

type RunHandlers = Handlers<keyof typeof runRequests | keyof typeof curveRequests>

/** How long a run is expected to train, from where it is, in seconds; null where nobody knows. */
export type ExpectedSeconds = (run: Run) => Promise<number | null>

/** Answers about runs and their queue. */
export function runHandlers(
  lab: Lab,
  queue: RunQueue,
  events: EventBus,
  expected: ExpectedSeconds = async () => null,
): RunHandlers {
  return {
    ...lookUps(lab),
    ...curveHandlers(lab),
    ...queueHandlers(lab, queue, expected),
    ...changes(lab, queue, events),
    ...folderChanges(lab, events),
  }
}

const lookUps = (lab: Lab) =>
  ({
    'runs.list': ({ trashed }) => runViews(lab, { trashed }),
    'runs.get': ({ id }) => {
      const run = lab.store.runs.get(id)
      const checkpoint = lab.store.checkpoints.last(run.id)
      return {
        run: runView(lab, run),
        configuration: lab.runs.configuration(run),
        epochs: epochViews(lab, run),
        steps: lab.store.steps.count(run.id),
        ...{ labVersion: run.labVersion, gitCommit: run.gitCommit, dataHash: run.dataHash },
        checkpoint: checkpoint && { step: checkpoint.step },
      }
    },
    'runs.log': ({ id }) => lab.store.log.list(id),
    'runs.published': ({ id }) => {
      const { preset, dataSet } = lab.store.runs.get(id)
      const record = publishedFor(preset, lab.dataSets.get(dataSet))
      return record && publishedView(record)
    },
  }) satisfies Partial<RunHandlers>

const curveHandlers = (lab: Lab) => {
  const curves = new Curves(lab)
  return { 'runs.curves': (asked) => curves.answer(asked) } satisfies Partial<RunHandlers>
}

const queueHandlers = (lab: Lab, queue: RunQueue, expected: ExpectedSeconds) =>
  ({
    'runs.pause': ({ id }) => done(queue.pause(id)),
    'runs.stop': ({ id }) => done(queue.stop(id)),
    'runs.resume': ({ id }) => done(queue.resume(id)),
    'queue.get': async () => {
      const times = queue.waiting().map(async (id) => [id, await expected(lab.store.runs.get(id))] as const)
      const secondsExpected = Object.fromEntries(await Promise.all(times))
      // All of one moment, after the wait.
      const { running, halting, paused, problem } = queue
      const order = queue.waiting()
      for (const id of order) secondsExpected[id] ??= null
      return { order, running, halting, secondsExpected, paused, problem }
    },
    'queue.order': ({ order }) => done(queue.order(order)),
    'queue.pause': ({ paused }) => done(paused ? queue.pauseAll() : queue.continue()),
  }) satisfies Partial<RunHandlers>

function changes(lab: Lab, queue: RunQueue, events: EventBus) {
  const { runs } = lab.store
  const told = (id: string): null => {
    events.emit({ kind: 'run', run: runView(lab, runs.get(id)) })
    return null
  }
  const toldAll = (ids: readonly string[]): null => {
    ids.forEach(told)
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
    'runs.tag': ({ ids, add, remove }) => {
      lab.store.transaction(() => {
        for (const id of ids) {
          const kept = runs.get(id).tags.filter((tag) => !remove.includes(tag))
          runs.setTags(id, [...new Set([...kept, ...add])])
        }
      })
      return toldAll(ids)
    },
    'runs.trash': ({ ids }) => {
      refuseTraining(queue, ids)
      const waiting = new Set(queue.waiting())
      lab.store.transaction(() => {
        for (const id of ids) {
          if (waiting.has(id)) queue.pause(id)
          runs.trash(id)
        }
      })
      return toldAll(ids)
    },
    'runs.bring': async ({ path }) => {
      const { run, existed } = await takeInBundle(lab, path)
      told(run.id)
      // Its data set may have come along.
      events.emit({ kind: 'data-sets' })
      return { id: run.id, name: run.name, existed }
    },
    'runs.restore': ({ ids }) => {
      lab.store.transaction(() => ids.forEach((id) => runs.restore(id)))
      return toldAll(ids)
    },
    'runs.delete': async ({ ids }) => {
      refuseTraining(queue, ids)
      const bytes = await deleteRuns(lab, ids, (id) => events.emit({ kind: 'runs-deleted', ids: [id] }))
      return { bytes }
    },
  } satisfies Partial<RunHandlers>
}

const folderChanges = (lab: Lab, events: EventBus) => {
  const { runs } = lab.store
  const place = (places: readonly { readonly id: string; readonly folder: string | null }[]): null => {
    lab.store.transaction(() => places.forEach(({ id, folder }) => runs.setFolder(id, folder)))
    for (const { id } of places) events.emit({ kind: 'run', run: runView(lab, runs.get(id)) })
    return null
  }
  return {
    'runs.place': ({ places }) => place(places),
    'runs.moveFolder': ({ from, to }) => {
      const all = [...runs.list(), ...runs.list({ trashed: true })]
      const before = all.flatMap(({ id, folder }) => (folder !== null && liesIn(folder, from) ? [{ id, folder }] : []))
      if (before.length === 0) throw new LabError('not-found', `No run lies in a folder “${from}”.`)
      const after = before.map(({ id, folder }) => ({ id, folder: movedFolder(folder, from, to) }))
      const long = after.find(({ folder }) => (folder?.length ?? 0) > LONGEST_FOLDER)
      if (long)
        throw new LabError(
          'bad-input',
          `“${long.folder}” has more than the ${LONGEST_FOLDER} characters that a folder may have.`,
          'Give it a shorter name.',
        )
      place(after)
      return { before }
    },
  } satisfies Partial<RunHandlers>
}

const done = (_: void): null => null

import type { LabEvent } from '../../shared/contract/events'
import type { RunView } from '../../shared/contract/runs'
import { liesIn, movedFolder } from '../../shared/runs/folders'
import type { FakeAnswers } from '../transport/fake'
import type { QueueView } from '../state/lab.svelte'
import { sampleRun } from './samples'

const longName = `<img src=x onerror=alert(1)> ${'a very long name of a run '.repeat(12)}`

const NOTES = `# Twice the rate

Tried with **twice** the learning rate on *three* seeds. See [the paper](https://arxiv.org/abs/2510.03598), section 4.

- [x] seeds 1 to 3
- [ ] with warm-up
- a [bad link](javascript:alert(1)), <b>HTML</b> <img src=x onerror=alert(1)>, ![a picture](https://example.org/cat.png)

| rate | test |
|------|-----:|
| 1e-3 | 97.1 % |
| 2e-3 | 97.9 % |

\`\`\`
hrm-lab reproduce hrm-mnist --set training.learningRate=0.002
\`\`\`

> Better, at no cost.
`

/** Runs as they are met: many that have ended, one that trains, some that wait. @param problem the queue was paused by one */
export function demoRuns(problem: boolean): { runs: RunView[]; queue: QueueView } {
  const nothingYet = { best: null, lastTest: null, sparkline: [], epochs: 0, trainSeconds: 0, engine: null, bytes: 0 }
  const ended = Array.from({ length: 1000 }, (_, i) =>
    sampleRun(i + 1, {
      tags: i % 7 === 0 ? ['night'] : i % 11 === 0 ? ['good', 'paper'] : [],
      folder:
        i % 5 === 0
          ? 'cifar/ablation of the low module, second try'
          : i % 13 === 0
            ? 'cifar'
            : i % 17 === 0
              ? 'mnist'
              : null,
    }),
  )
  ended[996] = sampleRun(997, { name: longName, notes: NOTES, tags: ['good'] })
  const going = sampleRun(1001, { ...nothingYet, state: 'running', name: 'hrm-mnist' })
  const waiting = Array.from({ length: 4 }, (_, i) => sampleRun(1002 + i, { ...nothingYet, state: 'queued' }))
  const trashed = Array.from({ length: 3 }, (_, i) => sampleRun(1010 + i, { trashed: true }))
  const broken = {
    message: 'The engine died in 2 runs, one after the other. The engine process was ended by SIGKILL.',
    hint: 'Check and repair the engine, then go on with the queue.',
  }
  const queue: QueueView = {
    order: waiting.map(({ id }) => id),
    running: problem ? null : going.id,
    halting: null,
    secondsExpected: Object.fromEntries(waiting.map(({ id }, i) => [id, 2900 * (i + 1)])),
    paused: problem,
    problem: problem ? broken : null,
  }
  return { runs: [...ended, problem ? { ...going, state: 'interrupted' } : going, ...waiting, ...trashed], queue }
}

/** Answers that change these runs and their queue as a lab does. */
export function runAnswers(
  lab: { runs: RunView[]; queue: QueueView },
  emit: (...events: LabEvent[]) => void,
): FakeAnswers {
  const change = (ids: readonly string[], of: (run: RunView) => Partial<RunView>): null => {
    lab.runs = lab.runs.map((run) => (ids.includes(run.id) ? { ...run, ...of(run) } : run))
    emit(...lab.runs.filter(({ id }) => ids.includes(id)).map((run): LabEvent => ({ kind: 'run', run })))
    return null
  }
  const setQueue = (queue: Partial<QueueView>): null => {
    lab.queue = { ...lab.queue, ...queue }
    emit({ kind: 'queue' })
    return null
  }
  const leave = (id: string, state: RunView['state']): null => {
    setQueue({ order: lab.queue.order.filter((other) => other !== id) })
    return change([id], () => ({ state }))
  }
  /** What was asked of the run that trains comes after a while, as at a step's end. */
  const halt = (id: string, halting: 'pause' | 'stop'): null => {
    if (id !== lab.queue.running) return leave(id, halting === 'pause' ? 'paused' : 'stopped')
    setTimeout(() => {
      setQueue({ running: null, halting: null })
      change([id], () => ({ state: halting === 'pause' ? 'paused' : 'stopped' }))
    }, 2000)
    return setQueue({ halting })
  }
  return {
    'runs.list': ({ trashed }) => lab.runs.filter((run) => run.trashed === trashed),
    'runs.rename': ({ id, name }) => change([id], () => ({ name })),
    'runs.note': ({ id, notes }) => change([id], () => ({ notes })),
    'runs.tag': ({ ids, add, remove }) =>
      change(ids, ({ tags }) => ({ tags: [...new Set([...tags.filter((tag) => !remove.includes(tag)), ...add])] })),
    'runs.place': ({ places }) => {
      const folders = new Map(places.map(({ id, folder }) => [id, folder]))
      return change([...folders.keys()], ({ id }) => ({ folder: folders.get(id) ?? null }))
    },
    'runs.moveFolder': ({ from, to }) => {
      const before = lab.runs.flatMap(({ id, folder }) => (folder && liesIn(folder, from) ? [{ id, folder }] : []))
      const ids = before.map(({ id }) => id)
      change(ids, ({ folder }) => ({ folder: movedFolder(folder!, from, to) }))
      return { before }
    },
    'runs.trash': ({ ids }) => change(ids, () => ({ trashed: true })),
    'runs.restore': ({ ids }) => change(ids, () => ({ trashed: false })),
    'runs.delete': ({ ids }) => {
      const bytes = lab.runs.filter(({ id }) => ids.includes(id)).reduce((sum, run) => sum + run.bytes, 0)
      lab.runs = lab.runs.filter(({ id }) => !ids.includes(id))
      emit({ kind: 'runs-deleted', ids })
      return { bytes }
    },
    'runs.pause': ({ id }) => halt(id, 'pause'),
    'runs.stop': ({ id }) => halt(id, 'stop'),
    'runs.resume': ({ id }) => {
      setQueue({ order: [...lab.queue.order, id] })
      return change([id], () => ({ state: 'queued' }))
    },
    'queue.get': () => lab.queue,
    'queue.order': ({ order }) => setQueue({ order }),
    'queue.pause': ({ paused }) => setQueue({ paused, problem: null }),
  }
}

import type { ConfusionView } from '../../shared/contract/confusion'
import type { RunView } from '../../shared/contract/runs'
import { PAPER } from '../../shared/experiment/published'
import { confusionMatrix } from '../../shared/metrics/confusion'
import { Random } from '../../shared/random/philox'
import type { FakeAnswers } from '../transport/fake'
import { neverEvaluated } from './never-evaluated'

const IMAGES = 10_000
const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']

/** Classes of a run: the digits, or for a run of CIFAR-100 a hundred. */
const classesOf = ({ preset }: RunView): string[] =>
  preset?.endsWith('100') ? Array.from({ length: 100 }, (_, k) => `class ${k}`) : digits

/** Classes have a few others that they look like; fewer images are taken for them with every epoch. */
function countsOf(run: RunView, epoch: number): Uint32Array {
  const k = classesOf(run).length
  const labels = Uint16Array.from({ length: IMAGES }, (_, i) => i % k)
  const random = new Random(run.number, 2)
  const guesses = labels.map((label) => {
    const [luck, way] = [random.uniform(), random.uniform()]
    if (luck > (0.02 + (label % 7) / 60) * (1 + 3 / epoch)) return label
    return way < 0.6 ? (label * 7 + 3) % k : way < 0.9 ? (label + 5) % k : Math.floor(luck * 1e6) % k
  })
  return confusionMatrix(labels, guesses, k).counts
}

const packed = (counts: Uint32Array): string => {
  const bytes = new Uint8Array(counts.buffer, counts.byteOffset, counts.byteLength)
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

/** Answers about confusion matrices of runs of the demonstration. */
export function confusionAnswers(runs: () => readonly RunView[]): FakeAnswers {
  const find = (id: string): RunView => runs().find((run) => run.id === id)!
  const epochsOf = (run: RunView): number[] => {
    if (run.epochs > 0) return Array.from({ length: run.epochs }, (_, i) => i + 1)
    throw neverEvaluated(run)
  }
  return {
    'confusion.get': ({ id, epoch }): ConfusionView => {
      const run = find(id)
      const epochs = epochsOf(run)
      const at = epoch ?? epochs.at(-1)!
      return {
        ...{ classes: classesOf(run), epoch: at, epochs, counts: packed(countsOf(run, at)) },
        published: run.preset === null ? null : { source: PAPER, counts: packed(countsOf(run, 30)) },
      }
    },
    'confusion.trend': ({ id, truth, predicted }) => {
      const run = find(id)
      const cell = truth * classesOf(run).length + predicted
      return epochsOf(run).map((epoch) => ({ epoch, count: countsOf(run, epoch)[cell]! }))
    },
  }
}

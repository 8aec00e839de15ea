import type { ConfusionView } from '../../shared/contract/confusion'
import type { RunView } from '../../shared/contract/runs'
import { PAPER } from '../../shared/experiment/published'
import { confusionMatrix } from '../../shared/metrics/confusion'
import type { FakeAnswers } from '../transport/fake'
import { classesOf, evaluatedEpochs, guessesOf, labelsOf, packed } from './demo-predictions'

const countsOf = (run: RunView, epoch: number): Uint32Array =>
  confusionMatrix(labelsOf(run), guessesOf(run, epoch), classesOf(run).length).counts

/** Answers about confusion matrices of runs of the demonstration. */
export function confusionAnswers(runs: () => readonly RunView[]): FakeAnswers {
  const find = (id: string): RunView => runs().find((run) => run.id === id)!
  return {
    'confusion.get': ({ id, epoch }): ConfusionView => {
      const run = find(id)
      const epochs = evaluatedEpochs(run)
      const at = epoch ?? epochs.at(-1)!
      return {
        ...{ classes: classesOf(run), epoch: at, epochs, counts: packed(countsOf(run, at)) },
        published: run.preset === null ? null : { source: PAPER, counts: packed(countsOf(run, 30)) },
      }
    },
    'confusion.trend': ({ id, truth, predicted }) => {
      const run = find(id)
      const cell = truth * classesOf(run).length + predicted
      return evaluatedEpochs(run).map((epoch) => ({ epoch, count: countsOf(run, epoch)[cell]! }))
    },
  }
}

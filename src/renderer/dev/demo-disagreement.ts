import { errorPatterns } from '../../shared/compare/error-patterns'
import type { RequestResult } from '../../shared/contract/contract'
import type { RunView } from '../../shared/contract/runs'
import { confusionMatrix } from '../../shared/metrics/confusion'
import { exactMcNemar } from '../../shared/statistics/mcnemar'
import { pairedT } from '../../shared/statistics/paired-t'
import { agreement, wilsonInterval } from '../../shared/statistics/shares'
import { RequestFailed } from '../transport/client'
import type { FakeAnswers } from '../transport/fake'
import { classesOf, guessesOf, IMAGES, labelsOf } from './demo-predictions'
import { neverEvaluated } from './never-evaluated'

const lastGuesses = (run: RunView): Uint16Array => guessesOf(run, run.epochs)

/** Answers about who errs where, for runs of the demonstration. */
export function disagreementAnswers(runs: () => readonly RunView[]): FakeAnswers {
  const find = (id: string): RunView => runs().find((run) => run.id === id)!
  const tested = (run: RunView, epoch: string): RequestResult<'disagreement.confusion'>['a'] => ({
    ...{ id: run.id, name: run.name, number: run.number, seed: run.seed, epoch: run.epochs },
    chosen: epoch === 'best' ? 'best on test' : 'last',
    ...{ dataSet: { id: run.dataSet, name: run.dataSetName }, imagesHere: true },
    counts: Array.from(confusionMatrix(labelsOf(run), lastGuesses(run), classesOf(run).length).counts),
  })
  const told = (ids: readonly string[]) => {
    const chosen = ids.map(find)
    const unborn = chosen.find(({ epochs }) => epochs === 0)
    if (unborn) throw neverEvaluated(unborn)
    const other = chosen.find((run) => classesOf(run).length !== classesOf(chosen[0]!).length)
    if (other)
      throw new RequestFailed({
        ...{ kind: 'bad-input', message: `“${other.name}” (#${other.number}) tells other classes apart.` },
        ...{ hint: 'Only runs on the same data can be compared image by image.', details: null },
      })
    const predicted = chosen.map(lastGuesses)
    const [labels, classes] = [labelsOf(chosen[0]!), classesOf(chosen[0]!)]
    return { chosen, predicted, labels, classes, found: errorPatterns(labels, predicted, classes.length) }
  }
  return {
    'disagreement.compare': ({ runs: ids, epoch }) => {
      const { chosen, predicted, labels, classes, found } = told(ids)
      const count = (wrong: string) => found.patterns.find((pattern) => pattern.wrong === wrong)?.images ?? 0
      const seeds = [1, 2, 3, 4, 5].map((seed) => ({ seed, a: 0.979 + seed / 1e4, b: 0.975 + (seed % 3) / 1e3 }))
      const both = predicted as [Uint16Array, Uint16Array]
      const test = pairedT(
        seeds.map(({ a }) => a),
        seeds.map(({ b }) => b),
      )
      return {
        ...{ dataSet: { id: 'mnist', name: 'MNIST' }, classes, images: IMAGES, imagesHere: true },
        support: classes.map(() => IMAGES / classes.length),
        runs: chosen.map((run, place) => {
          const right = labels.reduce((sum, label, i) => sum + (predicted[place]![i] === label ? 1 : 0), 0)
          const { counts: _counts, dataSet: _data, imagesHere: _here, ...view } = tested(run, epoch)
          return { ...view, right, accuracy: right / IMAGES, ...wilsonInterval(right, IMAGES)! }
        }),
        patterns: found.patterns.slice(0, 60).map((pattern) => ({ ...pattern })),
        more: {
          patterns: Math.max(0, found.patterns.length - 60),
          images: found.patterns.slice(60).reduce((sum, { images }) => sum + images, 0),
        },
        pair:
          chosen.length === 2
            ? {
                test: exactMcNemar(count('10'), count('01')),
                ...agreement(...both, classes.length),
                seeds: {
                  ...{ a: { label: chosen[0]!.name, runs: 5 }, b: { label: chosen[1]!.name, runs: 5 } },
                  ...{ sameGroup: false, pairs: seeds, test },
                },
              }
            : null,
      }
    },
    'disagreement.images': ({ runs: ids, wrong, label }) => {
      const { found, labels } = told(ids)
      const place = found.patterns.findIndex((pattern) => pattern.wrong === wrong)
      const fits = (i: number) => found.ofImage[i] === place && (label === null || labels[i] === label)
      return { indices: Array.from(labels.keys()).filter(fits) }
    },
    'disagreement.confusion': ({ a, b, epoch }) => {
      const { classes } = told([a, b])
      return { classes, sameImages: true, a: tested(find(a), epoch), b: tested(find(b), epoch) }
    },
    'disagreement.cell': ({ run, truth, predicted }) => {
      const [guesses, labels] = [lastGuesses(find(run)), labelsOf(find(run))]
      return { indices: Array.from(labels.keys()).filter((i) => labels[i] === truth && guesses[i] === predicted) }
    },
  }
}

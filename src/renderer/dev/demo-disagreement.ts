import { errorPatterns } from '../../shared/compare/error-patterns'
import type { RequestResult } from '../../shared/contract/contract'
import type { RunView } from '../../shared/contract/runs'
import { confusionMatrix } from '../../shared/metrics/confusion'
import { Random } from '../../shared/random/philox'
import { exactMcNemar } from '../../shared/statistics/mcnemar'
import { pairedT } from '../../shared/statistics/paired-t'
import { agreement, wilsonInterval } from '../../shared/statistics/shares'
import type { FakeAnswers } from '../transport/fake'
import { neverEvaluated } from './never-evaluated'

const IMAGES = 10_000
const CLASSES = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']
const labels = Uint16Array.from({ length: IMAGES }, (_, i) => i % 10)

/** Hard images are hard for every run: each errs where its own luck is worse than its skill. */
function predictions(run: RunView): Uint16Array {
  const [hardness, own] = [new Random(1), new Random(run.number, 1)]
  return labels.map((label) => {
    const hard = hardness.uniform() ** 6
    const guess = (label + 1 + own.below(3)) % 10
    return own.uniform() < 0.3 * hard + 0.002 * (run.number % 9) * hard * 20 ? guess : label
  })
}

/** Answers about who errs where, for runs of the demonstration. */
export function disagreementAnswers(runs: () => readonly RunView[]): FakeAnswers {
  const find = (id: string): RunView => runs().find((run) => run.id === id)!
  const tested = (run: RunView, epoch: string): RequestResult<'disagreement.confusion'>['a'] => ({
    ...{ id: run.id, name: run.name, number: run.number, seed: run.seed, epoch: run.epochs },
    chosen: epoch === 'best' ? 'best on test' : 'last',
    ...{ dataSet: { id: run.dataSet, name: run.dataSetName }, imagesHere: true },
    counts: Array.from(confusionMatrix(labels, predictions(run), 10).counts),
  })
  const told = (ids: readonly string[]) => {
    const chosen = ids.map(find)
    const unborn = chosen.find(({ epochs }) => epochs === 0)
    if (unborn) throw neverEvaluated(unborn)
    const predicted = chosen.map(predictions)
    return { chosen, predicted, found: errorPatterns(labels, predicted, 10) }
  }
  return {
    'disagreement.compare': ({ runs: ids, epoch }) => {
      const { chosen, predicted, found } = told(ids)
      const count = (wrong: string) => found.patterns.find((pattern) => pattern.wrong === wrong)?.images ?? 0
      const seeds = [1, 2, 3, 4, 5].map((seed) => ({ seed, a: 0.979 + seed / 1e4, b: 0.975 + (seed % 3) / 1e3 }))
      const both = predicted as [Uint16Array, Uint16Array]
      const test = pairedT(
        seeds.map(({ a }) => a),
        seeds.map(({ b }) => b),
      )
      return {
        ...{ dataSet: { id: 'mnist', name: 'MNIST' }, classes: CLASSES, images: IMAGES, imagesHere: true },
        support: CLASSES.map(() => IMAGES / 10),
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
                ...agreement(...both, 10),
                seeds: {
                  ...{ a: { label: chosen[0]!.name, runs: 5 }, b: { label: chosen[1]!.name, runs: 5 } },
                  ...{ sameGroup: false, pairs: seeds, test },
                },
              }
            : null,
      }
    },
    'disagreement.images': ({ runs: ids, wrong, label }) => {
      const { found } = told(ids)
      const place = found.patterns.findIndex((pattern) => pattern.wrong === wrong)
      const fits = (i: number) => found.ofImage[i] === place && (label === null || labels[i] === label)
      return { indices: Array.from(labels.keys()).filter(fits) }
    },
    'disagreement.confusion': ({ a, b, epoch }) => {
      told([a, b])
      return { classes: CLASSES, sameImages: true, a: tested(find(a), epoch), b: tested(find(b), epoch) }
    },
    'disagreement.cell': ({ run, truth, predicted }) => {
      const guesses = predictions(find(run))
      return { indices: Array.from(labels.keys()).filter((i) => labels[i] === truth && guesses[i] === predicted) }
    },
  }
}

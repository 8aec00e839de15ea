import type { PaperExperiment, PaperItemView } from '../../shared/contract/paper'
import type { RunView } from '../../shared/contract/runs'
import { presets } from '../../shared/experiment/presets'
import { PAPER, publishedEpochSeconds } from '../../shared/experiment/published'
import { RequestFailed } from '../transport/client'
import type { FakeAnswers } from '../transport/fake'

/** Accuracies that stand for published ones in the demonstration. */
const accuracies: Readonly<Record<string, readonly [train: number, test: number]>> = {
  'hrm-mnist': [0.984, 0.98],
  'hrm-cifar10': [0.99, 0.65],
  'cnn-cifar10': [0.859, 0.772],
  'hrm-cifar100': [0.915, 0.297],
  'cnn-cifar100': [0.505, 0.453],
}
const names = Object.keys(accuracies)

function experiment(name: string, runs: readonly RunView[]): PaperExperiment {
  const { data, parameters, training } = presets.find((preset) => preset.name === name)!
  const matching = runs.filter(({ preset, trashed }) => preset === name && !trashed && !name.endsWith('100')).slice(-20)
  const best = matching[0] ?? null
  const [train, test] = accuracies[name]!
  return {
    ...{ preset: name, data: data!, dataSet: data === 'mnist' ? 'mnist' : null, runs: matching.map(({ id }) => id) },
    published: {
      ...{ parameters, epochs: training.epochs, trainAccuracy: train, testAccuracy: test },
      epochSeconds: publishedEpochSeconds[name]!,
    },
    ours: best && {
      ...{ parameters, epochs: Math.min(best.epochs, training.epochs), trainAccuracy: train - 0.01 },
      ...{ testAccuracy: best.lastTest, epochSeconds: 1310 },
    },
    secondsExpected: 1310 * training.epochs,
    expectation: 'Scaled from run 12 (hrm-mnist), which took 31:40 an epoch on this engine.',
    pairs: [
      { a: '4', b: '9', published: 25, ours: best && 21 },
      { a: '3', b: '5', published: 20, ours: best && 24 },
      { a: '7', b: '9', published: 13, ours: best && 9 },
    ],
  }
}

const items: PaperItemView[] = Array.from({ length: 10 }, (_, i) => {
  const missing = i > 5
  return {
    ...{ title: `Figure ${i + 1}`, what: i % 2 === 0 ? 'loss per step' : 'test images it gets wrong' },
    files: missing ? [] : [`figure-${String(i + 1).padStart(2, '0')}.png`],
    runs: missing ? [] : ['run-997'],
    missing: missing ? 'no run of hrm-cifar100 on all of its data has ended an epoch' : null,
  }
})

/** Answers about the paper's experiments. */
export const paperAnswers = (runs: () => readonly RunView[]): FakeAnswers => ({
  'paper.get': () => ({ source: PAPER, experiments: names.map((name) => experiment(name, runs())) }),
  'paper.published': ({ preset }) => {
    const found = accuracies[preset]
    if (!found)
      throw new RequestFailed({
        ...{ kind: 'not-found', message: `Nothing is published of ${preset}.`, hint: null, details: null },
      })
    const [train, test] = found
    return {
      ...{ source: PAPER, measured: 'forward', testAccuracy: test },
      batchLoss: Array.from({ length: 9775 }, (_, i) => 0.8 + 3 * Math.exp(-i / 1500) + 0.3 * Math.sin(12.9898 * i)),
      epochs: Array.from({ length: 25 }, (_, i) => ({
        ...{ epoch: i + 1, trainAccuracy: train * (1 - Math.exp(-(i + 1) / 5)) },
        testAccuracy: (i + 1) % 5 === 0 ? test * (1 - Math.exp(-(i + 1) / 4)) : null,
      })),
    }
  },
  'paper.figures': () => ({ folder: '~/hrm-lab/exports/paper', items }),
})

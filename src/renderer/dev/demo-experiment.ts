import type { DataSetView } from '../../shared/contract/data-sets'
import { peakMemory, predict, totals } from '../../shared/experiment/prediction'
import { modelCost } from '../../shared/experiment/registry'
import { shapeOf } from '../state/experiment-presets'
import { RequestFailed } from '../transport/client'
import type { FakeAnswers } from '../transport/fake'
import { sampleEngine } from './samples'

/** Estimates as the lab makes them before its first run; nothing is really begun. `?fake=refuse`: the lab refuses to begin. */
export const experimentAnswers = (dataSets: () => Promise<readonly DataSetView[]>): FakeAnswers => ({
  'experiments.estimate': async ({ configuration, dataSet }) => {
    const { manifest } = (await dataSets()).find(({ id }) => id === dataSet)!
    const input = shapeOf(manifest)
    const { train, validation, test } = manifest.parts
    const counts = { train: train.count, validation: validation.count, test: test.count }
    const { epoch, run } = totals(
      predict(configuration, input, counts, sampleEngine.gflops!, 2),
      configuration.training.epochs,
    )
    const { parameters, trainFlops, evalFlops } = modelCost(configuration.model, input)
    return {
      ...{ parameters, gflopPerImage: trainFlops / 1e9, gflopForward: evalFlops / 1e9 },
      ...{ secondsPerEpoch: epoch, secondsTotal: run, memoryBytes: peakMemory(configuration, input, counts.train, 2) },
      basis: 'past runs',
      detail: 'Scaled from run 12 (hrm-mnist), which took 31:40 an epoch on this engine.',
    }
  },
  'experiments.start': ({ seeds }) => {
    if (new URLSearchParams(location.search).get('fake') === 'refuse')
      throw new RequestFailed({
        kind: 'storage',
        message: 'The disk of the lab’s folder is full.',
        hint: 'Free some space, then start again.',
        details: null,
      })
    return { runs: seeds.map((_, i) => `run-${i + 1}`) }
  },
})

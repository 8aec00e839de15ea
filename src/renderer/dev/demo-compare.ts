import type { ComparedRun } from '../../shared/contract/compare'
import type { RunView } from '../../shared/contract/runs'
import { CONFIGURATION_VERSION } from '../../shared/experiment/configuration'
import { presets } from '../../shared/experiment/presets'
import { modelCost } from '../../shared/experiment/registry'
import type { FakeAnswers } from '../transport/fake'

/** A run of the demonstration as a comparison needs it. */
function compared(run: RunView): ComparedRun {
  const preset = presets.find(({ name }) => name === run.preset)!
  const cost = modelCost(preset.model, { height: 28, width: 28, channels: 1, classes: 10 })
  return {
    run,
    configuration: {
      ...{ version: CONFIGURATION_VERSION, preset: preset.name, model: preset.model },
      training: { ...preset.training, seed: run.number, epochs: 20, batch: run.number % 5 ? 128 : 64 },
    },
    epochs: run.sparkline.map((accuracy, i) => ({
      ...{ epoch: i + 1, trainLoss: 0.4 / (i + 1), trainAccuracy: Math.min(1, accuracy + 0.008), trainSeconds: 97 },
      evaluations: [{ part: 'test', loss: 0.1, accuracy, seconds: 3 }],
    })),
    data: {
      ...{ name: run.dataSetName, hash: (run.dataSetName.length % 10).toString().repeat(64), splitSeed: 0 },
      images: { train: 60_000, validation: 0, test: 10_000 },
    },
    made: { labVersion: '0.1.0', gitCommit: null },
    gflopPerImage: cost.trainFlops / 1e9,
    gflopForward: cost.evalFlops / 1e9,
  }
}

/** Answers about comparisons; a run whose id is not among the demonstration's was deleted. */
export function compareAnswers(runs: () => readonly RunView[]): FakeAnswers {
  return {
    'compare.runs': ({ ids }) => {
      const found = ids.map((id) => runs().find((run) => run.id === id))
      return {
        runs: found.flatMap((run) => (run ? [compared(run)] : [])),
        missing: ids.filter((_, i) => !found[i]),
      }
    },
  }
}

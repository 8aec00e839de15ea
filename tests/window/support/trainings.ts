import { CONFIGURATION_VERSION } from '../../../src/shared/experiment/configuration'
import { presets } from '../../../src/shared/experiment/presets'
import type { TestLab } from './lab'
import { openRun, shownState } from './places'

/** Epochs of the tiny models on 'shapes': over in a moment, and never at their end. */
export const SHORT = 2
export const ENDLESS = 50_000

/** Queues a tiny training on the lab's first data set. @returns the run's id */
export async function startTiny(
  lab: TestLab,
  name: string,
  epochs: number,
  presetName = 'testing-cnn',
): Promise<string> {
  const preset = presets.find((candidate) => candidate.name === presetName)!
  const [dataSet] = await lab.ask('dataSets.list', { trashed: false })
  const { runs } = await lab.ask('experiments.start', {
    name,
    configuration: {
      version: CONFIGURATION_VERSION,
      preset: preset.name,
      model: preset.model,
      training: { ...preset.training, epochs },
    },
    dataSet: dataSet!.id,
    seeds: [preset.training.seed],
  })
  return runs[0]!
}

/** The state of a run as it is stored. */
export const storedState = (lab: TestLab, id: string): string => lab.stored((store) => store.runs.get(id).state)

/** Trains a tiny CNN on the lab's first data set, with its page open, to its end. @returns the run's id */
export async function showTrained(lab: TestLab, name: string): Promise<string> {
  const id = await startTiny(lab, name, SHORT)
  await openRun(lab.page, name)
  await shownState(lab.page, 'Finished').waitFor()
  return id
}

import { CONFIGURATION_VERSION } from '../../shared/experiment/configuration'
import { presets, type Preset } from '../../shared/experiment/presets'
import type { Lab } from './lab.svelte'

/** One of the paper's experiments in one step: its data is brought where it is missing, then the preset is queued. */
export class Reproduction {
  stage = $state<'idle' | 'bringing' | 'starting'>('idle')
  readonly #lab: Lab
  readonly #preset: Preset

  /** @param preset name of a preset that is of a public data set */
  constructor(lab: Lab, preset = 'hrm-mnist') {
    this.#lab = lab
    this.#preset = presets.find(({ name }) => name === preset)!
  }

  /** @returns the run's id; null when something failed, which is told, or was cancelled */
  async begin(): Promise<string | null> {
    if (this.stage !== 'idle') return null
    try {
      const { data } = this.#preset
      if (data === null) return null
      const known = this.#lab.dataSets.find(({ manifest }) => manifest.known === data)
      this.stage = 'bringing'
      const dataSet = known?.id ?? (await this.#lab.imports.bring(data))
      if (dataSet === null) return null
      this.stage = 'starting'
      return await this.#start(dataSet)
    } finally {
      this.stage = 'idle'
    }
  }

  async #start(dataSet: string): Promise<string | null> {
    const { name, model, training } = this.#preset
    const configuration = { version: CONFIGURATION_VERSION, preset: name, model, training } as const
    let started: string | null = null
    await this.#lab.messages.attempt('Starting the run', async () => {
      const begun = { name, configuration, dataSet, seeds: [training.seed] }
      const { runs } = await this.#lab.client.request('experiments.start', begun)
      started = runs[0] ?? null
    })
    return started
  }
}

import { CONFIGURATION_VERSION } from '../../shared/experiment/configuration'
import { presets } from '../../shared/experiment/presets'
import type { Lab } from './lab.svelte'

/** The paper's first experiment in one step: MNIST is brought where it is missing, then hrm-mnist is queued. */
export class Reproduction {
  stage = $state<'idle' | 'bringing' | 'starting'>('idle')
  readonly #lab: Lab

  constructor(lab: Lab) {
    this.#lab = lab
  }

  /** @returns the run's id; null when something failed, which is told, or was cancelled */
  async begin(): Promise<string | null> {
    if (this.stage !== 'idle') return null
    try {
      const known = this.#lab.dataSets.find(({ manifest }) => manifest.known === 'mnist')
      this.stage = 'bringing'
      const dataSet = known?.id ?? (await this.#lab.imports.bring('mnist'))
      if (dataSet === null) return null
      this.stage = 'starting'
      return await this.#start(dataSet)
    } finally {
      this.stage = 'idle'
    }
  }

  async #start(dataSet: string): Promise<string | null> {
    const { name, model, training } = presets.find((preset) => preset.name === 'hrm-mnist')!
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

import type { RequestResult } from '../../shared/contract/contract'
import type { LabEvent } from '../../shared/contract/events'
import type { PaperExperiment } from '../../shared/contract/paper'
import type { PictureQuery } from '../../shared/exports/files'
import type { Failure } from '../../shared/contract/reply'
import { failureOf } from '../transport/client'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'

export type MadeFigures = RequestResult<'paper.figures'>

/** The paper's experiments beside ours, as long as their view is open. */
export class Paper {
  readonly #lab: Lab
  source = $state('')
  experiments = $state.raw<readonly PaperExperiment[]>([])
  problem = $state.raw<Failure | null>(null)
  /** Preset of the experiment that is looked into, as a person chose; null: none was chosen yet. */
  #wanted = $state<string | null>(null)
  making = $state(false)
  figures = $state.raw<MadeFigures | null>(null)
  readonly #reload: () => void

  constructor(lab: Lab) {
    this.#lab = lab
    this.#reload = refresher(
      () => this.#load(),
      (error) => void (this.problem = failureOf(error)),
    )
  }

  /** Loads and follows. @returns how to stop */
  start(): () => void {
    this.#reload()
    const stops = [this.#lab.onEvent((event) => this.#take(event)), this.#lab.onReload(() => this.#reload())]
    return () => stops.forEach((stop) => stop())
  }

  reload(): void {
    this.#reload()
  }

  /** The one that is looked into: the chosen one, else the first with a run. */
  get chosen(): PaperExperiment | null {
    const { experiments } = this
    const wanted = experiments.find(({ preset }) => preset === this.#wanted)
    return wanted ?? experiments.find(({ ours }) => ours !== null) ?? experiments[0] ?? null
  }

  choose(preset: string): void {
    this.#wanted = preset
  }

  /** Makes all figures and tables, their pictures as chosen; a failure is told. */
  async makeFigures(choices: PictureQuery): Promise<void> {
    if (this.making) return
    this.making = true
    await this.#lab.messages.attempt('Making the figures', async () => {
      this.figures = await this.#lab.client.request('paper.figures', choices)
    })
    this.making = false
  }

  #take(event: LabEvent): void {
    const ours = event.kind === 'run' && this.experiments.some(({ preset }) => preset === event.run.preset)
    if (ours || event.kind === 'runs-deleted' || event.kind === 'data-sets' || event.kind === 'engine') this.#reload()
  }

  async #load(): Promise<void> {
    const { source, experiments } = await this.#lab.client.request('paper.get', {})
    this.source = source
    this.experiments = experiments
    this.problem = null
  }
}

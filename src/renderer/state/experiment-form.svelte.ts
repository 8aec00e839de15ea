import type { DataSetView } from '../../shared/contract/data-sets'
import type { Failure } from '../../shared/contract/reply'
import type { Configuration } from '../../shared/experiment/configuration'
import type { InputShape, ModelCost } from '../../shared/experiment/family'
import { fieldsOf, type Field } from '../../shared/experiment/fields'
import { valueAt } from '../../shared/experiment/paths'
import { presetConfiguration, presets, type Preset } from '../../shared/experiment/presets'
import { modelCost, type FamilyName } from '../../shared/experiment/registry'
import type { ExperimentDefaults } from '../../shared/settings/settings'
import { failureOf } from '../transport/client'
import {
  applyChanges,
  baseOf,
  draftOfRun,
  emptyDraft,
  formProblems,
  readDraft,
  withChange,
  withFamily,
  withSeed,
} from './experiment-draft'
import type { Draft } from './experiment-draft'
import { unavailableOption } from './experiment-options'
import { presetChoices, shapeOf } from './experiment-presets'
import { readSeeds } from './experiment-seeds'
import type { Lab } from './lab.svelte'
import type { ExperimentStart } from './route'

/** A new experiment: the draft, which the lab keeps over a restart, and everything that follows from it. */
export class ExperimentForm {
  static readonly key = 'experiment.draft'
  readonly #lab: Lab
  starting = $state(false)
  /** Why it was not started, or could not begin as a clone. */
  problem = $state.raw<{ readonly what: string; readonly failure: Failure } | null>(null)

  constructor(lab: Lab) {
    this.#lab = lab
  }

  readonly draft: Draft = $derived.by(() => readDraft(this.#lab.settings.get(ExperimentForm.key)))
  /** Null: there is none, or the one that was chosen is no more. */
  readonly dataSet: DataSetView | null = $derived.by(() => {
    const { dataSets } = this.#lab
    const { dataSet, preset } = this.draft
    if (dataSet !== null) return dataSets.find(({ id }) => id === dataSet) ?? null
    const wanted = presets.find(({ name }) => name === preset)?.data ?? presets[0]!.data
    return dataSets.find(({ manifest }) => manifest.known === wanted) ?? dataSets.at(-1) ?? null
  })
  readonly input: InputShape | null = $derived(this.dataSet && shapeOf(this.dataSet.manifest))
  readonly choices = $derived(presetChoices(this.dataSet?.manifest ?? null))
  readonly preset: Preset = $derived(presets.find(({ name }) => name === this.draft.preset) ?? this.choices[0]!.preset)
  readonly base: Configuration = $derived(baseOf(this.preset, this.draft.family, this.#defaults))
  readonly family: FamilyName = $derived(this.base.model.family)
  readonly fields: readonly Field[] = $derived(fieldsOf(this.family))
  readonly name: string = $derived(this.draft.name ?? this.preset.name)
  readonly seedText: string = $derived(this.draft.seeds ?? String(this.preset.training.seed))
  readonly seeds: number[] | string = $derived(readSeeds(this.seedText))
  readonly configuration: Configuration = $derived(
    withSeed(
      applyChanges(this.base, this.draft.changes),
      typeof this.seeds === 'string' ? this.preset.training.seed : this.seeds[0]!,
    ),
  )
  /** What is wrong, by path; 'name', 'dataSet' for what is no part of the configuration. */
  readonly problems: ReadonlyMap<string, string> = $derived(formProblems(this.configuration, this))
  /** Parameters and operations; null while the model cannot be built. */
  readonly cost: ModelCost | null = $derived.by(() => {
    const broken = [...this.problems.keys()].some((path) => path.startsWith('model.'))
    return this.input && !broken ? modelCost(this.configuration.model, this.input) : null
  })
  /** Whether it could be estimated and started, its name and seeds aside. */
  readonly buildable: boolean = $derived(
    ![...this.problems.keys()].some((path) => path !== 'name' && path !== 'training.seed'),
  )
  /** Something differs from the preset. */
  readonly touched: boolean = $derived(
    this.draft.family !== null || this.draft.seeds !== null || Object.keys(this.draft.changes).length > 0,
  )
  /** Why it cannot be started, or null. */
  readonly blocked: string | null = $derived.by(() => {
    const [first] = this.problems
    if (!first) return null
    const label = this.fields.find(({ path }) => path === first[0])?.label
    return label === undefined ? first[1] : `${label}: ${first[1]}`
  })

  /** Loads the draft that was kept, and begins anew where the address says so. */
  async open(start: ExperimentStart): Promise<void> {
    const { settings } = this.#lab
    if (settings.get(ExperimentForm.key) === null) await settings.load([ExperimentForm.key])
    if (start.clone !== undefined) await this.clone(start.clone)
    else if (start.preset !== undefined || start.dataSet !== undefined)
      this.#keep({ ...emptyDraft, preset: start.preset ?? null, dataSet: start.dataSet ?? null })
  }

  /** Begins anew with all that a run was made with. */
  async clone(id: string): Promise<void> {
    try {
      this.#keep(draftOfRun(await this.#lab.client.request('runs.get', { id }), this.#defaults))
      this.problem = null
    } catch (error) {
      this.problem = { what: 'The run could not be cloned.', failure: failureOf(error) }
    }
  }

  value(path: string): unknown {
    return valueAt(this.configuration, path)
  }

  /** Why an option of a field cannot be had on this engine; null where it can. */
  unavailable(path: string, option: string): string | null {
    return unavailableOption(this.#lab.engine, path, option)
  }

  baseValue(path: string): unknown {
    return valueAt(this.base, path)
  }

  /** Who has set what a field begins with. */
  baseName(path: string): 'preset' | 'your default' {
    return Object.is(valueAt(presetConfiguration(this.preset), path), this.baseValue(path)) || !(path in this.#defaults)
      ? 'preset'
      : 'your default'
  }

  change(path: string, value: unknown): void {
    if (path === 'model.family') this.#keep(withFamily(this.draft, value as FamilyName, this.preset))
    else this.#keep(withChange(this.draft, this.base, path, value))
  }

  /** Another preset fills everything but the data set, and a name and seeds of one's own. */
  choosePreset(preset: string): void {
    const { name, seeds } = this.draft
    this.#keep({ ...emptyDraft, preset, dataSet: this.dataSet?.id ?? null, name, seeds })
  }

  /** Another data set; a preset that nobody chose and nothing was changed of follows it. */
  chooseDataSet(dataSet: string): void {
    const { preset, changes, family } = this.draft
    const untouched = preset === null && family === null && Object.keys(changes).length === 0
    this.#keep({ ...this.draft, dataSet, preset: untouched ? null : this.preset.name })
  }

  setName(name: string): void {
    this.#keep({ ...this.draft, name: name === this.preset.name ? null : name })
  }

  setSeeds(seeds: string): void {
    this.#keep({ ...this.draft, seeds: seeds === String(this.preset.training.seed) ? null : seeds })
  }

  /** Forgets everything that was changed, and the seeds; the preset stays. */
  reset(): void {
    this.#keep({ ...this.draft, family: null, seeds: null, changes: {} })
  }

  /** Queues one run for each seed. @returns their ids, or null when the lab refused, which `problem` tells */
  async start(): Promise<readonly string[] | null> {
    if (this.blocked !== null || this.starting || !this.dataSet || typeof this.seeds === 'string') return null
    this.starting = true
    this.problem = null
    try {
      const { configuration, seeds } = this
      const begun = { name: this.name.trim(), configuration, dataSet: this.dataSet.id, seeds }
      const { runs } = await this.#lab.client.request('experiments.start', begun)
      this.#keep(emptyDraft)
      return runs
    } catch (error) {
      this.problem = { what: 'The experiment was not started.', failure: failureOf(error) }
      return null
    } finally {
      this.starting = false
    }
  }

  get #defaults(): ExperimentDefaults {
    return this.#lab.settings.shared('lab.defaults')
  }

  #keep(draft: Draft): void {
    this.#lab.settings.set(ExperimentForm.key, draft)
  }
}

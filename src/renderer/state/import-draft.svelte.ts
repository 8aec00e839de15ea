import type { InspectionView, ImportReportView, DataSetView, PreviewView } from '../../shared/contract/data-sets'
import type { Failure } from '../../shared/contract/reply'
import { failureOf, RequestFailed } from '../transport/client'
import { choicesOf, formProblems, newForm, previewChoices } from './import-choices'
import type { ImportForm } from './import-choices'
import type { ImportOutcome, Imports } from './imports.svelte'
import type { Lab } from './lab.svelte'
import type { Upload } from './upload.svelte'

/** Where an import is, from the drop to the data set. */
export type ImportStage = 'sending' | 'looking' | 'choosing' | 'importing' | 'done'

/** What is imported: files that must be sent first, or a path of the lab's machine. */
export type ImportSource = { readonly upload: Upload } | { readonly path: string; readonly note?: string }

/** One import from what was dropped or chosen: sent, looked at, chosen about, taken in. */
export class ImportDraft {
  readonly upload: Upload | null
  /** How what is shown came about, when it is not just what was dropped. */
  readonly note: string | null
  stage = $state<ImportStage>('looking')
  path = $state<string | null>(null)
  inspection = $state.raw<InspectionView | null>(null)
  form = $state<ImportForm>(newForm())
  preview = $state.raw<PreviewView | null>(null)
  previewing = $state(false)
  previewProblem = $state.raw<Failure | null>(null)
  /** Why the last step failed. */
  problem = $state.raw<Failure | null>(null)
  /** The import's number in the lab, while it goes on. */
  number = $state<number | null>(null)
  cancelling = $state(false)
  result = $state.raw<{ dataSet: DataSetView; report: ImportReportView; existed: boolean } | null>(null)
  readonly #lab: Lab
  readonly #imports: Imports
  #previewed = ''
  #lastPreview = 0
  #lastLook = 0

  constructor(lab: Lab, imports: Imports, source: ImportSource) {
    this.#lab = lab
    this.#imports = imports
    this.upload = 'upload' in source ? source.upload : null
    this.note = 'note' in source ? (source.note ?? null) : null
    this.path = 'path' in source ? source.path : null
    this.stage = this.upload ? 'sending' : 'looking'
  }

  /** What is imported, in a word. */
  get title(): string {
    const path = this.path?.replace(/[/\\]+$/, '') ?? ''
    return this.inspection?.name ?? this.upload?.name ?? (path.split(/[/\\]/).at(-1) || path)
  }

  readonly problems = $derived(formProblems(this.form))
  readonly ready = $derived(this.stage === 'choosing' && Object.keys(this.problems).length === 0)

  /** Sends what must be sent (again from where it was cut), then looks at it. */
  async begin(): Promise<void> {
    if (this.upload && this.path === null) {
      this.stage = 'sending'
      this.path = await this.upload.send()
      if (this.path === null) return
    }
    await this.look()
  }

  /** Looks at the path without importing anything. */
  async look(): Promise<void> {
    const { path } = this
    if (path === null) return
    const turn = ++this.#lastLook
    const first = this.inspection === null
    if (first) this.stage = 'looking'
    this.problem = null
    try {
      const found = await this.#lab.client.request('dataSets.inspect', { path, coarse: this.form.coarse })
      if (turn !== this.#lastLook) return
      this.inspection = found
      if (first) this.form.name = found.name
      this.stage = 'choosing'
    } catch (error) {
      if (turn === this.#lastLook) this.problem = failureOf(error)
    }
  }

  /** Asks for ten images as the choices would have them, unless that is what is shown. */
  async refreshPreview(): Promise<void> {
    const choices = previewChoices(this.form)
    const key = JSON.stringify(choices)
    if (this.path === null || choices === null || key === this.#previewed) return
    this.#previewed = key
    const turn = ++this.#lastPreview
    this.previewing = true
    try {
      const preview = await this.#lab.client.request('dataSets.preview', { path: this.path, choices })
      if (turn !== this.#lastPreview) return
      this.preview = preview
      this.previewProblem = null
    } catch (error) {
      if (turn === this.#lastPreview) this.previewProblem = failureOf(error)
    } finally {
      if (turn === this.#lastPreview) this.previewing = false
    }
  }

  /** Imports what was looked at. @returns how it ended; null when it did not begin */
  async import(): Promise<ImportOutcome | null> {
    if (!this.ready || this.path === null) return null
    this.stage = 'importing'
    this.problem = null
    this.cancelling = false
    let outcome: ImportOutcome
    try {
      const begun = { path: this.path, choices: choicesOf(this.form) }
      const { import: number } = await this.#lab.client.request('dataSets.import', begun)
      this.number = number
      outcome = await this.#imports.ended(number)
      if (outcome.ok) {
        const { dataSet, report } = await this.#lab.client.request('dataSets.get', { id: outcome.dataSet })
        this.result = { dataSet, report, existed: outcome.existed }
        this.stage = 'done'
        return outcome
      }
    } catch (error) {
      outcome = { ok: false, cancelled: false, ...failureOf(error) }
    } finally {
      this.number = null
    }
    this.stage = 'choosing'
    if (!outcome.cancelled) this.problem = failureOf(new RequestFailed({ kind: 'import', details: null, ...outcome }))
    return outcome
  }

  async cancelImport(): Promise<void> {
    if (this.number === null) return
    this.cancelling = true
    if (!(await this.#imports.cancel(this.number))) this.cancelling = false
  }

  /** Removes what was uploaded for it; told when that fails. */
  async discard(): Promise<void> {
    this.#lastLook++
    this.#lastPreview++
    const { upload } = this
    if (upload) await this.#lab.messages.attempt('Removing what was uploaded', () => upload.cancel())
  }
}

import type { ImportChoices, PublicDataSet, PublicDataSetKey } from '../../shared/contract/data-sets'
import type { LabEvent } from '../../shared/contract/events'
import { RequestFailed } from '../transport/client'
import { ImportDraft } from './import-draft.svelte'
import type { ImportSource } from './import-draft.svelte'
import type { Lab } from './lab.svelte'
import { router } from './router.svelte'

export type ImportProgress = Extract<LabEvent, { kind: 'import-progress' }>
export type ImportOutcome = Extract<LabEvent, { kind: 'import-end' }>['outcome']

/** Ends of imports that are remembered: one may come before the reply that gives its number. */
const ENDS_KEPT = 50
const missed: ImportOutcome = {
  ok: false,
  cancelled: false,
  message: 'The window missed how this import ended.',
  hint: 'Look for it in the list of data sets.',
}

/** Everything that becomes a data set: what is dropped, chosen, or brought by the lab. */
export class Imports {
  readonly #lab: Lab
  /** Imports that go on, of other windows too, by number. */
  going = $state.raw<readonly ImportProgress[]>([])
  /** What the sheet is about; null: nothing chosen yet. */
  draft = $state.raw<ImportDraft | null>(null)
  /** The import sheet is shown. */
  open = $state(false)
  /** What the lab can bring by itself. */
  offered = $state.raw<readonly PublicDataSet[]>([])
  #ends: readonly { readonly number: number; readonly outcome: ImportOutcome }[] = []
  #waiting: readonly { readonly number: number; readonly tell: (outcome: ImportOutcome) => void }[] = []

  constructor(lab: Lab) {
    this.#lab = lab
  }

  /** Follows imports, those of other windows too. @returns how to stop */
  start(): () => void {
    const read = async (): Promise<void> => {
      const going = await this.#lab.client.request('dataSets.imports', {})
      this.going = going.map((entry) => ({ kind: 'import-progress', ...entry }))
      const goesOn = (number: number): boolean => going.some((entry) => entry.import === number)
      for (const { number } of this.#waiting) if (!goesOn(number)) this.#end(number, missed)
    }
    const reload = (): void => void this.#lab.messages.attempt('Reading the imports', read)
    reload()
    const stops = [this.#lab.onEvent((event) => this.#take(event)), this.#lab.onReload(reload)]
    return () => stops.forEach((stop) => stop())
  }

  /** Shows the sheet where a person chooses what to import, or the import that goes on behind it. */
  choose(): void {
    this.open = true
  }

  /** Shows the sheet about something new; what it was about before ends, unless it is being imported already. */
  async take(source: ImportSource): Promise<void> {
    this.leave()
    const draft = new ImportDraft(this.#lab, this, source)
    this.draft = draft
    this.open = true
    await this.#begin(draft)
  }

  /** Sends the rest of an upload that was cut. */
  async resume(): Promise<void> {
    if (this.draft) await this.#begin(this.draft)
  }

  /** The sheet was closed: what is being sent or imported goes on behind it, all else is let go. */
  closed(): void {
    const stage = this.draft?.stage
    if (stage === 'sending' || stage === 'importing') return
    this.leave()
  }

  /** Forgets what the sheet is about, and cancels its upload. */
  async drop(): Promise<void> {
    const { draft } = this
    this.draft = null
    await draft?.discard()
  }

  /** Turns from what the sheet is about to something new: an import goes on behind it, all else is let go. */
  leave(): void {
    const { draft } = this
    this.draft = null
    if (draft && draft.stage !== 'importing' && draft.result === null) void draft.discard()
  }

  /** Imports what the sheet is about; tells the end by a message where the sheet is not shown. */
  async import(): Promise<void> {
    const { draft } = this
    const outcome = await draft?.import()
    if (!draft || !outcome) return
    if (outcome.ok && draft.upload) void draft.discard()
    const shown = this.open && this.draft === draft
    if (shown || (!outcome.ok && outcome.cancelled)) return
    if (outcome.ok) {
      if (this.draft === draft) this.draft = null
      await this.#tellDone(outcome)
    } else if (this.draft === draft) {
      const show = { label: 'Show', run: () => this.choose(), offered: () => this.draft === draft }
      this.#lab.messages.tell(`The import of ${draft.title} failed. ${outcome.message}`, show)
    } else {
      this.#tellFailed(draft.title, outcome)
      void draft.discard()
    }
  }

  /** How an import ended or will end. */
  ended(number: number): Promise<ImportOutcome> {
    const known = this.#ends.find((end) => end.number === number)
    if (known) return Promise.resolve(known.outcome)
    return new Promise((tell) => (this.#waiting = [...this.#waiting, { number, tell }]))
  }

  cancel(number: number): Promise<boolean> {
    return this.#lab.messages.attempt('Cancelling the import', () =>
      this.#lab.client.request('dataSets.cancelImport', { import: number }),
    )
  }

  /** Reads what the lab can bring, and how much of it was downloaded. @throws RequestFailed */
  async loadOffered(): Promise<void> {
    this.offered = await this.#lab.client.request('dataSets.public', {})
  }

  /** Brings a public data set and tells how that ended. @returns its id; null when it failed or was cancelled */
  async bring(key: PublicDataSetKey, choices: ImportChoices = {}): Promise<string | null> {
    const name = this.offered.find((entry) => entry.key === key)?.name ?? key
    try {
      const { import: number } = await this.#lab.client.request('dataSets.download', { key, choices })
      const outcome = await this.ended(number)
      if (outcome.ok) await this.#tellDone(outcome)
      else if (!outcome.cancelled) this.#tellFailed(name, outcome)
      return outcome.ok ? outcome.dataSet : null
    } catch (error) {
      this.#lab.messages.fail(`Adding ${name}`, error)
      return null
    }
  }

  /** Progress of the public data set `key`, where it is being brought. */
  bringing(key: PublicDataSetKey): ImportProgress | null {
    return this.going.find(({ path }) => path === key) ?? null
  }

  /** Sends and looks; where the sheet was closed meanwhile, a message leads back to it. */
  async #begin(draft: ImportDraft): Promise<void> {
    await draft.begin()
    if (this.open || this.draft !== draft) return
    const { problem } = draft.stage === 'sending' ? (draft.upload ?? draft) : draft
    const text = problem
      ? `${draft.title} cannot be imported yet. ${problem.message}`
      : `${draft.title} can be imported.`
    this.#lab.messages.tell(text, { label: 'Show', run: () => this.choose(), offered: () => this.draft === draft })
  }

  async #tellDone({ dataSet, existed }: Extract<ImportOutcome, { ok: true }>): Promise<void> {
    const { name } = (await this.#lab.client.request('dataSets.get', { id: dataSet })).dataSet
    const run = (): void => router.go({ view: 'data-set', id: dataSet })
    const show = { label: 'Show', run, offered: () => true }
    this.#lab.messages.tell(existed ? `${name} was here already.` : `${name} was added.`, show)
  }

  #tellFailed(name: string, { message, hint }: Extract<ImportOutcome, { ok: false }>): void {
    this.#lab.messages.fail(`Adding ${name}`, new RequestFailed({ kind: 'import', message, hint, details: null }))
  }

  #take(event: LabEvent): void {
    if (event.kind === 'import-progress') {
      const others = this.going.filter((entry) => entry.import !== event.import)
      this.going = [...others, event].sort((a, b) => a.import - b.import)
    } else if (event.kind === 'import-end') {
      this.going = this.going.filter((entry) => entry.import !== event.import)
      this.#end(event.import, event.outcome)
    }
  }

  #end(number: number, outcome: ImportOutcome): void {
    this.#ends = [...this.#ends, { number, outcome }].slice(-ENDS_KEPT)
    const told = this.#waiting.filter((one) => one.number === number)
    this.#waiting = this.#waiting.filter((one) => one.number !== number)
    for (const { tell } of told) tell(outcome)
  }
}

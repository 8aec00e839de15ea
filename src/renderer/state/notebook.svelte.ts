import type { QuestionChange, QuestionView } from '../../shared/contract/notebook'
import type { RunView } from '../../shared/contract/runs'
import { verdictWords } from '../../shared/notebook/markdown'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'

/** The questions of the notebook, kept equal to the lab's by events. */
export class Notebook {
  readonly #lab: Lab
  /** Oldest first, without those in the trash. */
  list = $state.raw<readonly QuestionView[]>([])
  trashed = $state.raw<readonly QuestionView[]>([])
  loaded = $state(false)
  /** A question is being asked, about these runs; null: none. */
  asking = $state.raw<readonly string[] | null>(null)

  constructor(lab: Lab) {
    this.#lab = lab
  }

  /** Loads and follows. @returns how to stop */
  start(): () => void {
    const reload = refresher(
      async () => {
        const { client } = this.#lab
        const ask = (trashed: boolean) => client.request('notebook.list', { trashed })
        ;[this.list, this.trashed] = await Promise.all([ask(false), ask(true)])
        this.loaded = true
      },
      (error) => this.#lab.messages.fail('Reading the notebook', error),
    )
    reload()
    const stops = [this.#lab.onEvent((event) => event.kind === 'notebook' && reload()), this.#lab.onReload(reload)]
    return () => stops.forEach((stop) => stop())
  }

  /** By its number, in the trash or not; null: there is none, or it is not loaded yet. */
  get(number: number): QuestionView | null {
    return [...this.list, ...this.trashed].find((one) => one.number === number) ?? null
  }

  /** The questions that a run is among the answers of. */
  of(run: string): readonly QuestionView[] {
    return this.list.filter(({ runs }) => runs.includes(run))
  }

  /** Writes down a question about runs. @returns its number, or null when the lab did not take it */
  async ask(question: string, runs: readonly string[]): Promise<number | null> {
    let number: number | null = null
    await this.#lab.messages.attempt('Writing down the question', async () => {
      number = (await this.#lab.client.request('notebook.ask', { question, runs: [...runs] })).number
    })
    return number
  }

  /** Adds runs to a question, to be undone. @returns whether the lab took it */
  async add({ number, question, runs }: QuestionView, ids: readonly string[]): Promise<boolean> {
    const { client, messages, undo } = this.#lab
    const done = await messages.attempt('Adding to the question', () =>
      client.request('notebook.add', { number, runs: [...ids] }),
    )
    const before = { number, change: { runs } }
    if (done) undo.offer(`Added to “${question}”.`, () => client.request('notebook.change', before))
    return done
  }

  /** Changes what is given of a question, to be undone. @returns whether the lab took it */
  async change(question: QuestionView, change: QuestionChange): Promise<boolean> {
    const { client, messages, undo } = this.#lab
    const names = (Object.keys(change) as (keyof QuestionChange)[]).filter(
      (name) => JSON.stringify(change[name]) !== JSON.stringify(question[name]),
    )
    if (names.length === 0) return true
    const { number } = question
    const done = await messages.attempt('Changing the question', () =>
      client.request('notebook.change', { number, change }),
    )
    const before = Object.fromEntries(names.map((name) => [name, question[name]])) as QuestionChange
    if (done)
      undo.offer(
        `Changed ${names.map((name) => words[name]).join(', ')} of “${change.question ?? question.question}”.`,
        () => client.request('notebook.change', { number, change: before }),
        { series: names.length === 1 && names[0] === 'verdict' ? `verdict ${number}` : null },
      )
    return done
  }

  /** Moves a question to the trash, to be undone. @returns whether the lab took it */
  async trash({ number, question }: QuestionView): Promise<boolean> {
    const { client, messages, undo } = this.#lab
    const done = await messages.attempt('Moving the question to the trash', () =>
      client.request('notebook.trash', { number }),
    )
    if (done)
      undo.offer(`“${question}” moved to the trash.`, () => client.request('notebook.restore', { number }), {
        of: [questionKey(number)],
      })
    return done
  }

  /** Takes a question out of the trash. */
  restore({ number }: QuestionView): Promise<boolean> {
    return this.#lab.messages.attempt('Restoring the question', () =>
      this.#lab.client.request('notebook.restore', { number }),
    )
  }

  /** Deletes a question of the trash for good; its runs stay. */
  async delete({ number, question }: QuestionView): Promise<boolean> {
    const { client, messages, undo, drafts } = this.#lab
    const done = await messages.attempt('Deleting the question', () => client.request('notebook.delete', { number }))
    if (!done) return false
    messages.tell(`“${question}” deleted for good.`)
    undo.forget([questionKey(number)])
    for (const part of ['text', 'reason'] as const) drafts.end(questionKey(number, part))
    return true
  }
}

const words = {
  question: 'the words',
  text: 'the text',
  verdict: 'the verdict',
  reason: 'the reason',
  runs: 'the runs',
} as const

/** Under which a question's drafts are kept, and its undo is known. */
export const questionKey = (number: number, part?: 'text' | 'reason'): string =>
  part === undefined ? `question.${number}` : `question.${number}.${part}`

/**
 * Whether every word of `search` is somewhere in a question, what is written of it, its verdict or the names of its runs.
 * @param nameOf name of a run by its id
 */
export function questionMatches(question: QuestionView, search: string, nameOf: (id: string) => string): boolean {
  const { question: asked, text, reason, verdict, runs } = question
  const all = [asked, text, reason, verdictWords[verdict], ...runs.map(nameOf)].join('\n').toLowerCase()
  return search
    .toLowerCase()
    .split(/\s+/)
    .every((word) => all.includes(word))
}

/** Name and number of a run; its id where it is not in the list. */
export const runWords = (run: RunView | null, id: string): string => (run ? `${run.name} #${run.number}` : id)

import type { ImportChoices } from '../../../shared/contract/data-sets'
import { LabError } from '../../../shared/errors'
import type { EventBus } from '../contract/event-bus'
import { failureOf } from '../contract/dispatch'
import type { DataSets } from './data-sets'

interface Going {
  readonly path: string
  readonly controller: AbortController
}

/** Imports that go on now, by number; their progress and end are told as events. */
export class Imports {
  readonly #dataSets: Pick<DataSets, 'import'>
  readonly #events: EventBus
  readonly #going = new Map<number, Going>()
  #last = 0

  constructor(dataSets: Pick<DataSets, 'import'>, events: EventBus) {
    this.#dataSets = dataSets
    this.#events = events
  }

  /** Those that go on. */
  list(): { import: number; path: string }[] {
    return [...this.#going].map(([number, { path }]) => ({ import: number, path }))
  }

  /** Begins one. @returns its number; how it went comes as an event */
  start(path: string, choices: ImportChoices): number {
    const number = ++this.#last
    const controller = new AbortController()
    this.#going.set(number, { path, controller })
    void this.#run(number, path, choices, controller.signal)
    return number
  }

  /** Ends one; nothing of it stays. @throws LabError 'not-found' when it does not go on */
  cancel(number: number): void {
    const going = this.#going.get(number)
    if (!going) throw new LabError('not-found', `Import ${number} is not going on.`, null)
    going.controller.abort()
  }

  /** Ends all. */
  cancelAll(): void {
    for (const { controller } of this.#going.values()) controller.abort()
  }

  async #run(number: number, path: string, choices: ImportChoices, signal: AbortSignal): Promise<void> {
    const about = { import: number, path }
    try {
      const { dataSet, existed } = await this.#dataSets.import(
        { ...choices, path },
        { signal, onProgress: (progress) => this.#events.emit({ kind: 'import-progress', ...about, ...progress }) },
      )
      this.#events.emit({ kind: 'import-end', ...about, outcome: { ok: true, dataSet: dataSet.id, existed } })
      this.#events.emit({ kind: 'data-sets' })
    } catch (error) {
      const { message, hint } = failureOf(error)
      const outcome = { ok: false, cancelled: signal.aborted, message, hint } as const
      this.#events.emit({ kind: 'import-end', ...about, outcome })
    } finally {
      this.#going.delete(number)
    }
  }
}

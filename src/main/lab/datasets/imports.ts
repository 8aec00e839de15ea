import type { ImportChoices } from '../../../shared/contract/data-sets'
import { LabError } from '../../../shared/errors'
import type { EventBus } from '../contract/event-bus'
import { failureOf } from '../contract/dispatch'
import type { DataSets } from './data-sets'
import type { ImportProgress } from './progress'

interface Going {
  ended: Promise<void>
  readonly path: string
  readonly controller: AbortController
  progress: ImportProgress
}

/** Imports that go on now, by number; their progress and end are told as events. */
export class Imports {
  readonly #dataSets: Pick<DataSets, 'import'>
  readonly #events: EventBus
  readonly #yielding: () => boolean
  readonly #going = new Map<number, Going>()
  #last = 0

  /** @param yielding whether a run is training: imports then take what it leaves of the cores */
  constructor(dataSets: Pick<DataSets, 'import'>, events: EventBus, yielding: () => boolean = () => false) {
    this.#dataSets = dataSets
    this.#events = events
    this.#yielding = yielding
  }

  /** Those that go on, and how far they are. */
  list(): ({ import: number; path: string } & ImportProgress)[] {
    return [...this.#going].map(([number, { path, progress }]) => ({ import: number, path, ...progress }))
  }

  /** Begins one. @returns its number; how it went comes as an event */
  start(path: string, choices: ImportChoices): number {
    const number = ++this.#last
    const controller = new AbortController()
    const progress = { phase: 'inspecting', done: 0, total: 0, detail: null } as const
    const going: Going = { path, controller, progress, ended: Promise.resolve() }
    this.#going.set(number, going)
    going.ended = this.#run(number, going, choices)
    return number
  }

  /** Ends one; nothing of it stays but what was downloaded. @throws LabError 'not-found' when it does not go on */
  cancel(number: number): void {
    const going = this.#going.get(number)
    if (!going) throw new LabError('not-found', `Import ${number} is not going on.`, null)
    going.controller.abort()
  }

  /** Ends all. @returns when they have ended */
  async cancelAll(): Promise<void> {
    const going = [...this.#going.values()]
    for (const { controller } of going) controller.abort()
    await Promise.all(going.map(({ ended }) => ended))
  }

  async #run(number: number, going: Going, choices: ImportChoices): Promise<void> {
    const { path } = going
    const { signal } = going.controller
    const about = { import: number, path }
    const onProgress = (progress: ImportProgress): void => {
      going.progress = progress
      this.#events.emit({ kind: 'import-progress', ...about, ...progress })
    }
    try {
      const { dataSet, existed } = await this.#dataSets.import(
        { ...choices, path },
        { signal, onProgress, yielding: this.#yielding },
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

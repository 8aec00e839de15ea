import type { EventBatch, LabEvent } from '../../../shared/contract/events'

/** Milliseconds between two batches: at most ten a second. */
const INTERVAL_MS = 100
/** After a quiet while the first batch waits so long for what happens with its first event. */
const GATHER_MS = 10

/** Collects what happens in the lab into numbered batches and hands them to every window. */
export class EventBus {
  readonly #listeners = new Set<(batch: EventBatch) => void>()
  #waiting: LabEvent[] = []
  #sequence = 0
  #timer: NodeJS.Timeout | null = null
  #flushedAt = -Infinity

  /** Number of the newest batch. */
  get sequence(): number {
    return this.#sequence
  }

  /** Calls `listener` for every batch from now on. @returns how to end that */
  subscribe(listener: (batch: EventBatch) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Sends an event with the next batch: almost at once after a quiet while, else within a tenth of a second. */
  emit(event: LabEvent): void {
    this.#waiting.push(event)
    const wait = Math.max(GATHER_MS, this.#flushedAt + INTERVAL_MS - performance.now())
    this.#timer ??= setTimeout(() => this.flush(), wait)
  }

  /** Sends what waits, now. */
  flush(): void {
    if (this.#timer) clearTimeout(this.#timer)
    this.#timer = null
    if (this.#waiting.length === 0) return
    this.#flushedAt = performance.now()
    const batch: EventBatch = { sequence: ++this.#sequence, events: newestOf(this.#waiting) }
    this.#waiting = []
    for (const listener of this.#listeners) listener(batch)
  }
}

/** Drops what a later event of the same batch makes stale: only the newest state and progress of a thing matter. */
function newestOf(events: readonly LabEvent[]): LabEvent[] {
  const last = new Map<string, number>()
  events.forEach((event, i) => last.set(keyOf(event) ?? `${i}`, i))
  return events.filter((event, i) => last.get(keyOf(event) ?? `${i}`) === i)
}

/** Events of one key replace each other; null: each one counts. */
function keyOf(event: LabEvent): string | null {
  switch (event.kind) {
    case 'run':
      return `run ${event.run.id}`
    case 'run-progress':
    case 'inside':
      return `${event.kind} ${event.id}`
    case 'import-progress':
      return `import-progress ${event.import}`
    case 'setting':
      return `setting ${event.key}`
    case 'marks':
      return `marks ${event.dataSet}`
    case 'queue':
    case 'data-sets':
    case 'notebook':
    case 'engine':
    case 'engine-progress':
    case 'home':
    case 'home-progress':
      return event.kind
    case 'run-steps':
    case 'run-log':
    case 'runs-deleted':
    case 'import-end':
    case 'home-end':
      return null
  }
}

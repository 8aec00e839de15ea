import type { EventBatch, LabEvent } from '../../shared/contract/events'
import type { LabClient } from './client'

export interface Following {
  /** Asks for the whole state. @returns the sequence number of the newest batch that is surely in it */
  readonly load: () => Promise<number>
  /** Takes news. Each event must be safe to take twice: one may be in the loaded state already. */
  readonly apply: (events: readonly LabEvent[]) => void
  readonly failed: (error: unknown) => void
}

/**
 * Keeps a state equal to the lab's: loads it, applies every batch after it, and loads it again whenever a batch is
 * missing (a gap in the sequence, a lab started anew) or the connection was lost. Batches that come while it loads wait.
 * @returns `ready`, settled after the first load (rejected never), and how to stop
 */
export function follow(
  client: LabClient,
  { load, apply, failed }: Following,
): { ready: Promise<void>; stop: () => void } {
  let newest: number | null = null
  let held: EventBatch[] = []
  let loading = false
  let again = false
  let wasLost = false

  const take = (batch: EventBatch): void => {
    if (newest === null) return void held.push(batch)
    if (batch.sequence !== newest + 1) {
      newest = null
      held.push(batch)
      return void reload()
    }
    newest = batch.sequence
    apply(batch.events)
  }

  const settle = (sequence: number): void => {
    newest = sequence
    const waiting = held.filter((batch) => batch.sequence > sequence)
    held = []
    for (const batch of waiting) take(batch)
  }

  const reload = async (): Promise<void> => {
    if (loading) return void (again = true)
    loading = true
    try {
      do {
        again = false
        newest = null
        const sequence = await load()
        if (!again) settle(sequence)
      } while (again)
    } catch (error) {
      failed(error)
    } finally {
      loading = false
    }
    // The connection came back while a load was failing for want of it.
    if (again) await reload()
  }

  const stops = [
    client.onEvents(take),
    client.onConnection((connected) => {
      if (connected && wasLost) {
        held = []
        newest = null
        void reload()
      }
      wasLost = !connected
    }),
  ]
  return { ready: reload(), stop: () => stops.forEach((stop) => stop()) }
}

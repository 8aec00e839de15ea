import { formatPercent } from '../charts/format'
import type { LabEvent } from '../contract/events'
import type { RunView } from '../contract/runs'

/** What a person who does something else should know of the lab. */
export interface AttentionState {
  /** Id of the run that trains; null: none does. */
  readonly training: string | null
  /** Share of it that is done, 0 … 1; null while unknown. */
  readonly share: number | null
}

/** Nothing trains. */
export const AT_REST: AttentionState = { training: null, share: null }

/** The state after an event of the lab. */
export function after(state: AttentionState, event: LabEvent): AttentionState {
  if (event.kind === 'run') {
    const { id, state: now } = event.run
    if (now === 'running') return state.training === id ? state : { training: id, share: null }
    return state.training === id ? AT_REST : state
  }
  if (event.kind !== 'run-progress') return state
  const { epoch, epochs, batch, batches } = event
  const share = epochs > 0 && batches > 0 ? (epoch - 1 + batch / batches) / epochs : 0
  return { training: event.id, share: Math.min(1, Math.max(0, share)) }
}

/** What a notification says. */
export interface Notice {
  readonly title: string
  readonly body: string
}

/** What to tell of a run that has just ended; null when a person ended it, who knows. */
export function noticeOf(run: RunView): Notice | null {
  if (run.state === 'failed') return { title: `${run.name} has failed`, body: run.message ?? 'It gave no reason.' }
  if (run.state !== 'finished') return null
  const { best } = run
  const accuracy = best && `Best ${best.part} accuracy ${formatPercent(best.value)}, epoch ${best.epoch}.`
  return { title: `${run.name} has finished`, body: accuracy ?? `${run.epochs} epochs were trained.` }
}

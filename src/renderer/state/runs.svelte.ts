import type { LabEvent } from '../../shared/contract/events'
import type { RunView } from '../../shared/contract/runs'

export type RunProgress = Extract<LabEvent, { kind: 'run-progress' }>

/** All runs, by events. Rows are replaced whole, never changed, so that only what shows them is drawn again. */
export class Runs {
  list = $state.raw<readonly RunView[]>([])
  #progress = $state.raw<Readonly<Record<string, RunProgress>>>({})
  /** The newest line of the log of runs that go on. */
  #said = $state.raw<Readonly<Record<string, string>>>({})

  get(id: string): RunView | null {
    return this.list.find((run) => run.id === id) ?? null
  }

  /** How far a run is; null when it is not running or nothing was told yet. */
  progress(id: string): RunProgress | null {
    return this.#progress[id] ?? null
  }

  /** What a run that goes on has said last; null: nothing. */
  said(id: string): string | null {
    return this.#said[id] ?? null
  }

  replace(runs: readonly RunView[]): void {
    this.list = runs
  }

  /** Takes a run's new state, or a new run; one in the trash leaves the list. */
  put(run: RunView): void {
    if (run.trashed) return this.remove([run.id])
    const at = this.list.findIndex(({ id }) => id === run.id)
    this.list = at < 0 ? [...this.list, run] : this.list.with(at, run)
    if (run.state === 'running') return
    if (this.#progress[run.id]) this.#progress = without(this.#progress, run.id)
    if (this.#said[run.id]) this.#said = without(this.#said, run.id)
  }

  says({ id, message }: Extract<LabEvent, { kind: 'run-log' }>): void {
    this.#said = { ...this.#said, [id]: message }
  }

  progressed(progress: RunProgress): void {
    this.#progress = { ...this.#progress, [progress.id]: progress }
  }

  /** Runs that lie in the trash or were deleted leave the list. */
  remove(ids: readonly string[]): void {
    this.list = this.list.filter(({ id }) => !ids.includes(id))
  }
}

const without = <T>(all: Readonly<Record<string, T>>, id: string): Readonly<Record<string, T>> =>
  Object.fromEntries(Object.entries(all).filter(([key]) => key !== id))

/** Share of a run that is done, 0 … 1; while an epoch is evaluated all its batches are trained. */
export function progressShare({ phase, epoch, epochs, batch, batches }: RunProgress): number {
  if (epochs <= 0 || batches <= 0) return 0
  const ofEpoch = phase === 'training' ? batch / batches : 1
  return Math.min(1, Math.max(0, (epoch - 1 + ofEpoch) / epochs))
}

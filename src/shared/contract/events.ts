import type { HomeProgress } from './home'
import type { RunView } from './runs'

/** Numbers of the newest optimizer steps of a run, as columns; NaN travels as null. */
export interface LiveSteps {
  readonly firstStep: number
  readonly batch: readonly number[]
  readonly epoch: readonly number[]
  readonly seconds: readonly number[]
  readonly wallTime: readonly number[]
  readonly loss: readonly (number | null)[]
  readonly learningRate: readonly (number | null)[]
  readonly gradientNorm: readonly (number | null)[]
  readonly accuracy: readonly (number | null)[]
  /** The author's extra pass, on the last step of a batch; null elsewhere or when off. */
  readonly authorLoss: readonly (number | null)[]
}

/** What happens in the lab, as windows are told. */
export type LabEvent =
  | { readonly kind: 'run'; readonly run: RunView }
  /** Deleted for good. */
  | { readonly kind: 'runs-deleted'; readonly ids: readonly string[] }
  | { readonly kind: 'run-steps'; readonly id: string; readonly steps: LiveSteps }
  | {
      readonly kind: 'run-progress'
      readonly id: string
      readonly phase: 'training' | 'evaluating'
      /** The one that is trained or evaluated, counted from 1. */
      readonly epoch: number
      readonly epochs: number
      readonly batch: number
      readonly batches: number
      readonly imagesPerSecond: number
      readonly residentBytes: number
      /** Expected; null until something was measured. */
      readonly secondsLeft: number | null
    }
  /** A line of a run's log, as it is written. */
  | { readonly kind: 'run-log'; readonly id: string; readonly level: 'info' | 'warning'; readonly message: string }
  /** Scores by segment of a run have news. */
  | { readonly kind: 'inside'; readonly id: string }
  | { readonly kind: 'queue' }
  | { readonly kind: 'data-sets' }
  /** Questions of the notebook. */
  | { readonly kind: 'notebook' }
  /** What people say of a data set's images. */
  | { readonly kind: 'marks'; readonly dataSet: string }
  | {
      readonly kind: 'import-progress'
      readonly import: number
      readonly path: string
      /** 'downloading' counts bytes, all others images. */
      readonly phase: string
      readonly done: number
      readonly total: number
      /** What it waits for; null while all goes well. */
      readonly detail: string | null
    }
  | {
      readonly kind: 'import-end'
      readonly import: number
      readonly path: string
      readonly outcome:
        | { readonly ok: true; readonly dataSet: string; readonly existed: boolean }
        | { readonly ok: false; readonly cancelled: boolean; readonly message: string; readonly hint: string | null }
    }
  /** Set-up or repair of the engine; share done is null while unknown. */
  | { readonly kind: 'engine-progress'; readonly share: number | null; readonly detail: string }
  | { readonly kind: 'engine' }
  | { readonly kind: 'home-progress'; readonly progress: HomeProgress }
  /** The lab lies in another folder now, or its move has ended otherwise. */
  | {
      readonly kind: 'home-end'
      readonly outcome:
        | { readonly ok: true; readonly folder: string; readonly former: string }
        | { readonly ok: false; readonly cancelled: boolean; readonly message: string; readonly hint: string | null }
    }
  /** The lab's folder has changed, or what is left of former ones. */
  | { readonly kind: 'home' }
  /** A setting that all windows share has another value. */
  | { readonly kind: 'setting'; readonly key: string; readonly value: unknown }

/**
 * Events in order. `sequence` grows by one with every batch; a window that sees a gap asks for the state again.
 * At most ten batches a second.
 */
export interface EventBatch {
  readonly sequence: number
  readonly events: readonly LabEvent[]
}

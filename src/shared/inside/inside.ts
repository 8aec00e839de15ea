/** What is computed on the way to one image's answer by a model that goes through segments. */
export interface RecurrenceInside {
  readonly kind: 'recurrence'
  readonly classes: number
  readonly segments: number
  /** Class probabilities after each segment, row-major [segments, classes]. */
  readonly probabilities: Float32Array
  /** The segment, from 1, whose prediction an evaluation takes: M_eval, or before it where the ACT head halts the image. */
  readonly answer: number
  /** How far a module's state moved at each of its steps, relative to its length; by module [segments · steps]. */
  readonly moves: { readonly low: Float32Array; readonly high: Float32Array }
  /** Steps of each module in a segment: N · T and N. */
  readonly steps: { readonly low: number; readonly high: number }
  /** See {@link AttentionShape}. */
  readonly attention: Float32Array
  readonly shape: AttentionShape
}

/**
 * CLS attention in the last step of each module in each segment, row-major [segments, 2 modules (low, high), layers, heads,
 * tokens]. The tokens are CLS itself, then the image's cells row by row; they sum to 1.
 */
export interface AttentionShape {
  readonly layers: number
  readonly heads: number
  readonly rows: number
  readonly columns: number
}

/** Where the evidence for each class lies, of a model with global average pooling before a linear head. */
export interface ClassMapInside {
  readonly kind: 'class-map'
  readonly classes: number
  /** Class probabilities [classes]. */
  readonly probabilities: Float32Array
  readonly rows: number
  readonly columns: number
  /** Σ_f w_fk · map_f(y, x), row-major [classes, rows, columns]; the mean over a class's map is its logit, exactly. */
  readonly maps: Float32Array
}

/** See {@link RecurrenceInside} and {@link ClassMapInside}. */
export type ImageInside = RecurrenceInside | ClassMapInside

/** Over some images, after each segment [segments]: how many are right, and the cross-entropy without smoothing, summed. */
export interface SegmentScores {
  readonly correct: Uint32Array
  readonly loss: Float64Array
  /** That it took, reading weights and images included. */
  readonly seconds: number
}

/** Segments that are looked at, or as many as a run evaluates where that is more. */
export const SEGMENTS_SHOWN = 16

/** Test images whose segments are computed together: what is asked for is best a multiple of it. */
export const SCORED_AT_ONCE = 8

import type { z } from 'zod'

/** What a model must know of the images: H, W in pixels, C channels, K classes. It follows from the data set. */
export interface InputShape {
  readonly height: number
  readonly width: number
  readonly channels: number
  readonly classes: number
}

/** A rule broken by a configuration: where, and in words what must hold. */
export interface RuleBreak {
  readonly path: readonly string[]
  readonly rule: string
}

/** What a model costs, computed from its configuration alone. */
export interface ModelCost {
  /** Trainable numbers; equals the built model's count (a test holds it). */
  readonly parameters: number
  /** Floating-point operations (multiply and add count as two) to train on one image once, all segments, forward and backward. */
  readonly trainFlops: number
  /** The same for evaluating one image. */
  readonly evalFlops: number
}

/**
 * The declaration of a model family, everything but its tensor code (which stands in main/engine/models under the same
 * name, because the window and the command line must not load TensorFlow to show a form).
 */
export interface ModelFamily<Schema extends z.ZodType> {
  readonly family: string
  /** One line for a person choosing. */
  readonly title: string
  readonly schema: Schema
  /** Rules between fields, and between model and data, that a schema cannot say. */
  check(model: z.infer<Schema>, input: InputShape | null): RuleBreak[]
  cost(model: z.infer<Schema>, input: InputShape): ModelCost
}

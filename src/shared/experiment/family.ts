import type { z } from 'zod'
import type { FieldNotes } from './field'

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
  /** Numbers (float32) that training holds for each image of a batch at its peak; calibrated, see the family. */
  readonly activations: number
}

/** How well a model uses an engine, to expect how long it takes. */
export interface ModelSpeed {
  /**
   * Share of the engine's rate in plain matrix products that training reaches: operation by operation
   * (docs/reproduction.md, "Speed"), as a graph in its faster form, and with bfloat16 products (docs/performance.md), where
   * more than 1 is possible: the rate is that of float32.
   */
  readonly share: {
    readonly eager: number
    readonly recorded: number
    readonly bfloat16: number
    /** As a graph in lanes (lanes.ts), where the model can be run so. */
    readonly lanes?: { readonly recorded: number; readonly bfloat16: number }
  }
  /** Seconds of one optimizer step, operation by operation, that no arithmetic explains: what calling the operations takes. */
  readonly stepSeconds: number
}

/** Seconds that calling one operation of the native engine takes: testing-hrm at rest, 97 ms a batch of 1,000 operations. */
export const OPERATION_SECONDS = 30e-6

/**
 * What can be looked at inside a model. recurrence: answers after each segment, states from step to step, attention.
 * class-map: where in the image the evidence for a class lies.
 */
export type InsideKind = 'recurrence' | 'class-map' | 'nothing'

/**
 * The declaration of a model family, everything but its tensor code (which stands in main/engine/models under the same
 * name, because the window and the command line must not load TensorFlow to show a form).
 */
export interface ModelFamily<Schema extends z.ZodType> {
  readonly family: string
  /** Two or three words, for a list. */
  readonly label: string
  /** One line for a person choosing. */
  readonly title: string
  readonly schema: Schema
  /** What a person must know of each field but `family`. */
  readonly fields: FieldNotes<Omit<z.infer<Schema>, 'family'>>
  /** Rules between fields, and between model and data, that a schema cannot say. */
  check(model: z.infer<Schema>, input: InputShape | null): RuleBreak[]
  cost(model: z.infer<Schema>, input: InputShape): ModelCost
  speed(model: z.infer<Schema>): ModelSpeed
  readonly inside: InsideKind
  /** In training, what an image gives depends on the others of its batch: by batch normalisation. */
  readonly mixesImages: boolean
}

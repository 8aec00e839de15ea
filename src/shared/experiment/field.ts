/** Where a field stands in a form. */
export const fieldGroups = ['Model', 'Training', 'Regularisation', 'Evaluation', 'Seeds'] as const
export type FieldGroup = (typeof fieldGroups)[number]

/** What a person must know of one field of a configuration. Its kind, range and choices are the schema's. */
export interface FieldNote {
  readonly label: string
  /** As papers write it: D, h, N, T, M. */
  readonly symbol?: string
  /** 'px', 'images'; none for pure numbers. */
  readonly unit?: string
  readonly group: FieldGroup
  /** What it does, one or two sentences. */
  readonly help: string
  /** Why the presets have the values they have. */
  readonly reason: string
  /** Seldom changed: shown when asked for. */
  readonly advanced?: boolean
  /** What an arrow key does: adds so much, goes to the next power of two, or to the next of 1, 2, 5 × a power of ten. */
  readonly step?: number | 'double' | '1-2-5'
  /** Words for the values of a choice. */
  readonly choices?: Readonly<Record<string, string>>
  /** What leaving it empty means, where it may be empty. */
  readonly empty?: string
  /** Several values make several runs. */
  readonly list?: boolean
  /** It has an effect only while another field has this value. */
  readonly when?: { readonly path: string; readonly equals: unknown }
}

/** A note for every leaf of a configuration's part: the compiler misses none. */
export type FieldNotes<Part> = {
  readonly [Key in keyof Part]-?: NonNullable<Part[Key]> extends object ? FieldNotes<NonNullable<Part[Key]>> : FieldNote
}

/** What the lab and a decode process say to each other (structured clones). */
import type { FileLocation } from '../source'
import type { ContentKind } from '../sniff'
import type { Fitting } from './decode'

/** What a pool decodes for. */
export interface DecodeSetup {
  readonly fitting: Fitting
  /** File of uint8 [slots, height, width, 3] that fitted images are written into; null: they come back in the reply. */
  readonly output: string | null
  /** Where `record` jobs read from: uint8 [slots, height, width, channels]. */
  readonly records: {
    readonly path: string
    readonly height: number
    readonly width: number
    readonly channels: 1 | 3
  } | null
}

/** One image to decode: a file, or record number `slot` of the setup's records. */
export interface DecodeJob {
  readonly slot: number
  readonly location: FileLocation | { readonly kind: 'record' }
  /** Images over {@link LARGE_PIXELS} are put back unless this is set: they are decoded one at a time. */
  readonly large: boolean
  /** Only size and channels are wanted, no hash and no pixels. Of images over {@link SMALL_PIXELS} the header tells them. */
  readonly factsOnly?: boolean
}

/** Pixels up to which an image is decoded to learn its channels: a header tells of an alpha, not whether it is opaque. */
export const SMALL_PIXELS = 256 * 256

/** Pixels above which an image is decoded while no other is, to bound memory. */
export const LARGE_PIXELS = 16e6

/** Pixels above which an image is decoded while no other such is in its process. */
export const PHOTO_PIXELS = 2e6

/** What became of one image. */
export type DecodeResult =
  | {
      readonly slot: number
      readonly outcome: 'done'
      /** Hash of the decoded source pixels; empty for records, whose hash is taken when they are read, and for facts. */
      readonly sha256: string
      readonly height: number
      readonly width: number
      readonly channels: 1 | 3 | 4
      readonly format: ContentKind | null
      readonly turned: boolean
      readonly animated: boolean
      readonly pixels: Uint8Array | null
    }
  | {
      readonly slot: number
      readonly outcome: 'skipped'
      readonly reason: string
      readonly hint: string
      /** Its file is not there, though it was when the source was opened. */
      readonly gone?: boolean
    }
  | { readonly slot: number; readonly outcome: 'large' }

export type ToDecoder =
  /** Sent once, first. `atOnce`: images in work at a time. */
  | { readonly kind: 'setup'; readonly setup: DecodeSetup; readonly atOnce: number }
  | { readonly kind: 'jobs'; readonly jobs: readonly DecodeJob[] }

export type FromDecoder =
  /** The setup is done. A process that ends before it said so is a defect, not an image's fault. */
  | { readonly kind: 'ready' }
  | { readonly kind: 'results'; readonly results: readonly DecodeResult[] }
  /** The process cannot go on: the output cannot be written, a defect. */
  | { readonly kind: 'failed'; readonly code: string | null; readonly message: string }

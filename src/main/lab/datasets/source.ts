import type { PartName } from '../../../shared/data/dataset'

/** Where one image file's bytes are: a file of its own, or a member of a zip archive. */
export type FileLocation = { readonly kind: 'file'; readonly path: string } | ZipLocation

/** A zip member, by its place in the archive, so that any process can read it without the archive's directory. */
export interface ZipLocation {
  readonly kind: 'zip'
  readonly path: string
  readonly headerOffset: number
  readonly compressedBytes: number
  readonly bytes: number
  /** 0 stored, 8 deflated; others are skipped. */
  readonly method: number
  readonly crc32: number
}

/** One image file of a class-folder source. */
export interface ImageFile {
  /** Name in the index: relative to the folder that holds the classes, `/` between folders. */
  readonly name: string
  /** Name in the report: relative to what the person gave. */
  readonly path: string
  readonly label: number
  readonly part: PartName
  readonly location: FileLocation
}

interface SourceBase {
  /** What the person gave, absolute. */
  readonly path: string
  /** Proposed name of the data set. */
  readonly name: string
  readonly classes: readonly string[]
  /** Size of what will be read, bytes. */
  readonly bytes: number
  readonly notes: readonly string[]
  readonly skipped: readonly { path: string; reason: string }[]
}

/** A block of whole records: `count` images from slot `first` on, uint8 [count, H, W, C]. */
export interface RecordBlock {
  readonly first: number
  readonly count: number
  readonly pixels: Uint8Array
}

/** IDX or CIFAR files: raw pixels of one size. Slots are in the author's order, training part first, then test. */
export interface RecordSource extends SourceBase {
  readonly kind: 'records'
  readonly reader: 'idx' | 'cifar10' | 'cifar100'
  readonly coarse: boolean
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  readonly trainCount: number
  readonly testCount: number
  /** Class index by slot. */
  readonly labels: Uint16Array
  /** Name in the index, such as `train-images/00042`. */
  imageName(slot: number): string
  /** Reads all records once; blocks may come in any order. @throws LabError on damage found while reading. */
  blocks(): AsyncGenerator<RecordBlock>
}

/** Class folders, from a folder or a zip. `files` is sorted by part, class and name (code units). */
export interface ImageSource extends SourceBase {
  readonly kind: 'images'
  readonly reader: 'folder'
  readonly files: readonly ImageFile[]
}

/** What a path turned out to hold. */
export type Source = RecordSource | ImageSource

/** Orders strings by UTF-16 code units: the same on every platform and in every language. */
export function byCodeUnits(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

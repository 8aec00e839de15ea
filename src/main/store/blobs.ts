/** Typed arrays as SQLite blobs: their bytes as they lie in memory, little-endian on every machine Node runs on today. */

type Arrays = Uint8Array | Uint16Array | Uint32Array | Float32Array | Float64Array

/** A typed array type's constructor. */
export interface ArrayType<T extends Arrays> {
  readonly BYTES_PER_ELEMENT: number
  new (length: number): T
  new (buffer: ArrayBufferLike, offset?: number, length?: number): T
}

/** The array's bytes; a view, not a copy. */
export const toBlob = (array: Arrays): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

/** The blob as an array of its own (copied: a blob may lie at any byte of a shared buffer). */
export const fromBlob = <T extends Arrays>(type: ArrayType<T>, blob: Uint8Array): T =>
  new type(new Uint8Array(blob).buffer)

/** The blob as an array, without copying where it is aligned: for reading at once, not for handing on. */
export function viewBlob<T extends Arrays>(type: ArrayType<T>, blob: Uint8Array): T {
  if (blob.byteOffset % type.BYTES_PER_ELEMENT !== 0) return fromBlob(type, blob)
  return new type(blob.buffer, blob.byteOffset, blob.byteLength / type.BYTES_PER_ELEMENT)
}

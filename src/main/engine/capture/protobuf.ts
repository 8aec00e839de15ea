/**
 * The little of Protocol Buffers' wire format that a TensorFlow graph needs, for writing only
 * (https://protobuf.dev/programming-guides/encoding). A message is the bytes of its fields one after the other.
 */

const VARINT = 0
const LENGTH_DELIMITED = 2
const FIXED32 = 5

const key = (field: number, wireType: number): Buffer => varint((field << 3) | wireType)

/** A whole number in groups of seven bits, the lowest first; a negative one as its 64-bit complement. */
export function varint(value: number | bigint): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  while (rest > 127n) {
    bytes.push(Number(rest & 127n) | 128)
    rest >>= 7n
  }
  bytes.push(Number(rest))
  return Buffer.from(bytes)
}

/** A field that holds a whole number, an enum or a bool. */
export const integerField = (field: number, value: number | bigint): Buffer =>
  Buffer.concat([key(field, VARINT), varint(value)])

/** A field that holds a float32. */
export function floatField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatLE(value)
  return Buffer.concat([key(field, FIXED32), bytes])
}

/** A field that holds a text, bytes or another message. */
export function bytesField(field: number, value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  return Buffer.concat([key(field, LENGTH_DELIMITED), varint(bytes.length), bytes])
}

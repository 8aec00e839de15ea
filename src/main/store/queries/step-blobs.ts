import {
  makeSteps,
  stepColumnNames,
  stepColumnTypes,
  stepCount,
  type StepColumn,
  type StepColumnName,
  type StepColumns,
} from '../../../shared/metrics/steps'
import { toBlob, viewBlob, type ArrayType } from '../blobs'

/** Steps of a whole chunk. 16 KiB of float32: large enough to read fast, small enough to zoom into. */
export const CHUNK = 4096

const typeOf = <Name extends StepColumnName>(name: Name) =>
  stepColumnTypes[name] as unknown as ArrayType<StepColumn<Name>>

/**
 * A chunk's column, losslessly, in one of three forms that its length tells apart:
 *   one value, when all are equal (epoch within an epoch, metrics that are off);
 *   the smallest value (float64), then each value's distance from it in 1, 2 or 4 bytes, for whole numbers that allow it;
 *   all values as they are.
 */
export function encodeColumn(column: StepColumn): Uint8Array {
  if (isConstant(column)) return toBlob(column.subarray(0, 1))
  // Of float32 columns none is of whole numbers, and none would gain much.
  return (column instanceof Float32Array ? null : encodeDistances(column)) ?? toBlob(column)
}

/** The reverse of {@link encodeColumn}; may be a view of `data`. */
export function decodeColumn<Name extends StepColumnName>(name: Name, data: Uint8Array): StepColumn<Name> {
  const type = typeOf(name)
  if (data.length === CHUNK * type.BYTES_PER_ELEMENT) return viewBlob(type, data)
  const column = new type(CHUNK)
  if (data.length === type.BYTES_PER_ELEMENT) return column.fill(viewBlob(type, data)[0]!) as StepColumn<Name>
  const distances = distanceTypes.find(({ BYTES_PER_ELEMENT }) => data.length === 8 + CHUNK * BYTES_PER_ELEMENT)
  if (!distances) throw new Error(`A chunk of ${name} has ${data.length} bytes, which is none of its forms.`)
  const smallest = viewBlob(Float64Array, data.subarray(0, 8))[0]!
  const values = viewBlob(distances, data.subarray(8))
  for (let i = 0; i < CHUNK; i++) column[i] = smallest + values[i]!
  return column
}

const distanceTypes: readonly ArrayType<Uint8Array | Uint16Array | Uint32Array>[] = [
  Uint8Array,
  Uint16Array,
  Uint32Array,
]

/** Null where some value is not a (safe) whole number, or distances would take as many bytes as the values. */
function encodeDistances(column: StepColumn): Uint8Array | null {
  let smallest = Infinity
  let largest = -Infinity
  for (let i = 0; i < column.length; i++) {
    const value = column[i]!
    // −0 would come back as 0.
    if (!Number.isSafeInteger(value) || Object.is(value, -0)) return null
    if (value < smallest) smallest = value
    if (value > largest) largest = value
  }
  const spread = largest - smallest
  const type = distanceTypes.find(({ BYTES_PER_ELEMENT: bytes }) => spread < 2 ** (8 * bytes))
  if (!type || type.BYTES_PER_ELEMENT >= column.BYTES_PER_ELEMENT) return null
  const data = new Uint8Array(8 + column.length * type.BYTES_PER_ELEMENT)
  new Float64Array(data.buffer, 0, 1)[0] = smallest
  const distances = new type(data.buffer, 8, column.length)
  for (let i = 0; i < column.length; i++) distances[i] = column[i]! - smallest
  return data
}

/** All columns of a few steps, one after the other. */
export function encodeTail(steps: StepColumns): Uint8Array {
  const blobs = stepColumnNames.map((name) => toBlob(steps[name]))
  const packed = new Uint8Array(blobs.reduce((sum, blob) => sum + blob.length, 0))
  let offset = 0
  for (const blob of blobs) {
    packed.set(blob, offset)
    offset += blob.length
  }
  return packed
}

/** The reverse of {@link encodeTail} for `count` steps; views of `data` where they can be. */
export function decodeTail(firstStep: number, count: number, data: Uint8Array): StepColumns {
  let offset = 0
  const steps = makeSteps(firstStep, (name) => {
    const bytes = count * stepColumnTypes[name].BYTES_PER_ELEMENT
    offset += bytes
    return viewBlob(typeOf(name), data.subarray(offset - bytes, offset))
  })
  if (offset !== data.length || stepCount(steps) !== count) {
    throw new Error(`A block of ${count} steps holds ${data.length} bytes instead of ${offset}.`)
  }
  return steps
}

/** Whether each value has the bytes of the one before it; one comparison of memory with itself, shifted by a value. */
function isConstant(column: StepColumn): boolean {
  const bytes = toBlob(column)
  const width = column.BYTES_PER_ELEMENT
  return Buffer.compare(bytes.subarray(width), bytes.subarray(0, -width)) === 0
}

import {
  makeSteps,
  stepColumnNames,
  stepColumnTypes,
  stepCount,
  type StepColumn,
  type StepColumnName,
  type StepColumns,
} from '../../../shared/metrics/steps'
import { fromBlob, toBlob, type ArrayType } from '../blobs'

/** Steps of a whole chunk. 16 KiB of float32: large enough to read fast, small enough to zoom into. */
export const CHUNK = 4096

const typeOf = <Name extends StepColumnName>(name: Name) =>
  stepColumnTypes[name] as unknown as ArrayType<StepColumn<Name>>

/** A chunk's column: its bytes, or one value's where all are equal (epoch within an epoch, metrics that are off). */
export function encodeColumn(column: StepColumn): Uint8Array {
  return toBlob(isConstant(column) ? column.subarray(0, 1) : column)
}

/** The reverse of {@link encodeColumn}. */
export function decodeColumn<Name extends StepColumnName>(name: Name, data: Uint8Array): StepColumn<Name> {
  const values = fromBlob<StepColumn<Name>>(typeOf(name), data)
  if (values.length === CHUNK) return values
  if (values.length === 1) return new (typeOf(name))(CHUNK).fill(values[0]!) as StepColumn<Name>
  throw new Error(`A chunk of ${name} holds ${values.length} values instead of ${CHUNK}.`)
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

/** The reverse of {@link encodeTail} for `count` steps. */
export function decodeTail(firstStep: number, count: number, data: Uint8Array): StepColumns {
  let offset = 0
  const steps = makeSteps(firstStep, (name) => {
    const bytes = count * stepColumnTypes[name].BYTES_PER_ELEMENT
    offset += bytes
    return fromBlob(typeOf(name), data.subarray(offset - bytes, offset))
  })
  if (offset !== data.length || stepCount(steps) !== count) {
    throw new Error(`A block of ${count} steps holds ${data.length} bytes instead of ${offset}.`)
  }
  return steps
}

function isConstant(column: StepColumn): boolean {
  const first = column[0]!
  for (let i = 1; i < column.length; i++) if (!Object.is(column[i], first)) return false
  return true
}

import { LabError } from '../../../shared/errors'
import { type Attribute, type Constant, type Node, type Recording, spreadOut, TF_FLOAT } from './recording'

/**
 * Brings a function recorded at two small batch sizes to a third one: every number that differs between the two
 * recordings (a side of a shape, the divisor of a mean) grows with the batch in a straight line. So a step of 128 images
 * is recorded at the cost, and in the memory, of a few.
 */
export class BatchScaling {
  readonly #a: number
  readonly #b: number
  /** @param a batch size of the first recordings @param b of the second, another one */
  constructor(a: number, b: number) {
    this.#a = a
    this.#b = b
  }

  /**
   * The function at `batch` images.
   * @throws LabError when the recordings are not the same operations, or differ in what is no straight line: a number
   *   that changes from call to call, random or counted, is in one of them
   */
  to(batch: number, first: Recording, second: Recording): Recording {
    if (first.nodes.length !== second.nodes.length)
      throw varies(`${first.nodes.length} operations at one batch size, ${second.nodes.length} at another`)
    const scale = (a: number, b: number, what: string): number => this.#number(batch, a, b, what)
    return {
      ...first,
      inputs: first.inputs.map(({ type, shape }, i) => ({
        type,
        shape: numbers(shape, second.inputs[i]!.shape, `input ${i}`, scale),
      })),
      nodes: first.nodes.map((node, i) => scaleNode(node, second.nodes[i]!, i, scale)),
    }
  }

  #number(batch: number, a: number, b: number, what: string): number {
    if (Object.is(a, b)) return a
    const slope = (b - a) / (this.#b - this.#a)
    const value = a + slope * (batch - this.#a)
    if (!Number.isInteger(slope) || !Number.isInteger(value)) throw varies(what)
    return value
  }
}

/** The number at the wanted batch from those at the two recorded ones. */
type Scale = (a: number, b: number, what: string) => number

const varies = (what: string): LabError =>
  new LabError(
    'engine',
    `This model cannot run as one graph: something in its step is not the same each time (${what}).`,
    'Train it with --mode eager.',
  )

function numbers(a: readonly number[], b: readonly number[], what: string, scale: Scale): number[] {
  if (a.length !== b.length) throw varies(what)
  return a.map((value, i) => scale(value, b[i]!, what))
}

function scaleNode(a: Node, b: Node, index: number, scale: Scale): Node {
  if (a.kind === 'constant' && b.kind === 'constant')
    return { kind: 'constant', constant: scaleConstant(a.constant, b.constant, `constant ${index}`, scale) }
  const what = `operation ${index}, ${a.kind === 'operation' ? a.operation : 'a constant'}`
  if (a.kind === 'constant' || b.kind === 'constant' || a.operation !== b.operation) throw varies(what)
  if (JSON.stringify(a.inputs) !== JSON.stringify(b.inputs)) throw varies(`${what}, its inputs`)
  return {
    ...a,
    attributes: a.attributes.map((attribute, i) => scaleAttribute(attribute, b.attributes[i], what, scale)),
  }
}

function scaleAttribute(a: Attribute, b: Attribute | undefined, what: string, scale: Scale): Attribute {
  const where = `${what}, its ${a.name}`
  if (!b || a.name !== b.name || a.kind !== b.kind) throw varies(where)
  if (JSON.stringify(a.value) === JSON.stringify(b.value)) return a
  if (a.kind !== 'shape' && a.kind !== 'integer') throw varies(where)
  if (Array.isArray(a.value))
    return { ...a, value: numbers(a.value as number[], b.value as unknown as number[], where, scale) }
  return { ...a, value: scale(a.value as number, b.value as number, where) }
}

function scaleConstant(first: Constant, second: Constant, what: string, scale: Scale): Constant {
  if (first.type !== second.type) throw varies(what)
  const shape = numbers(first.shape, second.shape, what, scale)
  // All elements of one can be the same by chance, e.g. in a shape whose sides are the batch.
  const alike = first.uniform === second.uniform
  const [a, b] = alike ? [first, second] : [spreadOut(first), spreadOut(second)]
  if (a.bytes.equals(b.bytes)) return { ...a, shape }
  if (a.bytes.length !== b.bytes.length || a.bytes.length % 4 !== 0) throw varies(what)
  return { ...a, shape, bytes: scaleBytes(a, b, what, scale) }
}

/** Whole numbers, as int32 or as float32. */
function scaleBytes(a: Constant, b: Constant, what: string, scale: Scale): Buffer {
  const bytes = Buffer.alloc(a.bytes.length)
  for (let i = 0; i < bytes.length; i += 4) {
    if (a.type === TF_FLOAT) bytes.writeFloatLE(scale(a.bytes.readFloatLE(i), b.bytes.readFloatLE(i), what), i)
    else bytes.writeInt32LE(scale(a.bytes.readInt32LE(i), b.bytes.readInt32LE(i), what), i)
  }
  return bytes
}

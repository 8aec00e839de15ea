import { LabError } from '../../../shared/errors'
import type { Random } from '../../../shared/random/philox'
import { type Tensor, type Tensor1D, tf } from '../backends/tf'
import type { NamedTensor } from '../training/learner'
import type { Initial } from './initial'

/** A tensor the model reads: where it lies among the views (trained) or buffers (not trained). */
export interface Slot {
  readonly kind: 'view' | 'buffer'
  readonly index: number
  readonly shape: readonly number[]
}

/** Gives a slot's current tensor. */
export type Values = (slot: Slot) => Tensor

/** A parameter or buffer as files hold it. */
interface Declared {
  readonly name: string
  /** As exported: the paper's layout. */
  readonly shape: readonly number[]
  readonly size: number
  readonly initial: Initial
}

interface Parameter extends Declared {
  /** Where it begins in the vector of all parameters. */
  readonly offset: number
  /** For each number inside, its place in the exported tensor; null: the same. */
  readonly order: Int32Array | null
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1)

/**
 * Every number a model has. Trained ones lie in one vector, so that the optimizer needs a handful of operations for all of
 * them; the model sees views of it. Inside, a matrix may be split by columns and its columns may be in another order
 * (see halfLayout); files always hold the paper's layout.
 */
export class ParameterSet {
  readonly #parameters: Parameter[] = []
  readonly #views: Slot[] = []
  readonly #buffers: (Declared & { readonly slot: Slot })[] = []
  #count = 0

  /** Trained numbers. */
  get count(): number {
    return this.#count
  }

  /** A trained tensor. */
  parameter(name: string, shape: readonly number[], initial: Initial): Slot {
    this.#declare(name, shape, initial, null)
    return this.#view(shape)
  }

  /**
   * A trained matrix [rows, columns] that the model reads as several, each made of the given columns.
   * @param groups for each matrix inside, the exported columns it takes; together every column once
   */
  columns<Groups extends readonly (readonly number[])[]>(
    name: string,
    [rows, columns]: readonly [number, number],
    groups: Groups,
    initial: Initial,
  ): { [G in keyof Groups]: Slot } {
    const order = new Int32Array(rows * columns)
    let at = 0
    for (const group of groups)
      for (let row = 0; row < rows; row++) for (const column of group) order[at++] = row * columns + column
    this.#declare(name, [rows, columns], initial, order)
    return groups.map((group) => this.#view([rows, group.length])) as { [G in keyof Groups]: Slot }
  }

  /** A tensor that is kept with the model but not trained: running statistics, state templates. */
  buffer(name: string, shape: readonly number[], initial: Initial): Slot {
    const slot: Slot = { kind: 'buffer', index: this.#buffers.length, shape }
    this.#buffers.push({ name, shape, size: sizeOf(shape), initial, slot })
    return slot
  }

  #declare(name: string, shape: readonly number[], initial: Initial, order: Int32Array | null): void {
    const size = sizeOf(shape)
    this.#parameters.push({ name, shape, size, initial, order, offset: this.#count })
    this.#count += size
  }

  #view(shape: readonly number[]): Slot {
    const slot: Slot = { kind: 'view', index: this.#views.length, shape }
    this.#views.push(slot)
    return slot
  }

  /** First values, in the order of declaration, trained ones first. */
  initial(random: Random): NamedTensor[] {
    return [...this.#parameters, ...this.#buffers].map(({ name, shape, size, initial }) => ({
      name,
      shape,
      data: initial(random, size),
    }))
  }

  /** Shapes of the views, by index. */
  get viewShapes(): readonly (readonly number[])[] {
    return this.#views.map(({ shape }) => shape)
  }

  /** The views [...] of the vector [count] of all parameters, by index. */
  split(vector: Tensor1D): Tensor[] {
    const parts = tf.split(
      vector,
      this.#views.map(({ shape }) => sizeOf(shape)),
    )
    return parts.map((part, index) => tf.reshape(part, [...this.#views[index]!.shape]))
  }

  /** The vector [count] of tensors shaped as the views. */
  join(views: readonly Tensor[]): Tensor1D {
    return tf.concat1d(views.map((view) => tf.reshape(view, [view.size]) as Tensor1D))
  }

  /** The exported tensors of a vector [count], e.g. the parameters or their gradient. */
  toExport(vector: Float32Array, prefix = ''): NamedTensor[] {
    return this.#parameters.map(({ name, shape, offset, size, order }) => {
      const inside = vector.slice(offset, offset + size)
      const data = order ? new Float32Array(size) : inside
      order?.forEach((place, i) => (data[place] = inside[i]!))
      return { name: prefix + name, shape, data }
    })
  }

  /** The vector of what {@link toExport} gave. @throws LabError when one is missing or of another shape */
  fromExport(tensors: ReadonlyMap<string, NamedTensor>, prefix = ''): Float32Array {
    const vector = new Float32Array(this.#count)
    for (const { name, shape, offset, size, order } of this.#parameters) {
      const { data } = find(tensors, prefix + name, shape)
      if (order) for (let i = 0; i < size; i++) vector[offset + i] = data[order[i]!]!
      else vector.set(data, offset)
    }
    return vector
  }

  /** Names and shapes of the buffers, in the order of their slots' index. */
  get buffers(): readonly { readonly name: string; readonly shape: readonly number[] }[] {
    return this.#buffers
  }

  /** Exported names of all parameters, in order. */
  get names(): readonly string[] {
    return this.#parameters.map(({ name }) => name)
  }

  /** Values of the buffers among `tensors`. @throws LabError as {@link fromExport} */
  buffersFromExport(tensors: ReadonlyMap<string, NamedTensor>): Float32Array[] {
    return this.#buffers.map(({ name, shape }) => find(tensors, name, shape).data)
  }
}

function find(tensors: ReadonlyMap<string, NamedTensor>, name: string, shape: readonly number[]): NamedTensor {
  const found = tensors.get(name)
  const wanted = `[${shape.join(', ')}]`
  const way = 'Use weights of a model with the same configuration, on images of the same shape.'
  if (!found) throw new LabError('bad-input', `These weights have no tensor ${name} ${wanted}.`, way)
  if (found.shape.length !== shape.length || found.shape.some((side, i) => side !== shape[i]))
    throw new LabError(
      'bad-input',
      `The tensor ${name} of these weights has the shape [${found.shape.join(', ')}], this model's has ${wanted}.`,
      way,
    )
  return found
}

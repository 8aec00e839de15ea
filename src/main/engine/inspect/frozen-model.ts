import type { Configuration } from '../../../shared/experiment/configuration'
import { type Tensor, type Tensor1D, type Tensor4D, tf } from '../backends/tf'
import { type OpenDataSet, openDataSet } from '../data/open'
import type { Carry, Look, Model, Outputs, Pass } from '../models/model'
import type { Values } from '../models/parameters'
import { buildModel } from '../models/registry'
import { readWeights } from '../training/checkpoint'
import type { NamedTensor } from '../training/learner'

/** Whose weights are looked at, and on which images. */
export interface Looked {
  readonly weights: string
  readonly configuration: Configuration
  readonly dataSetFolder: string
}

/** A model with weights that do not change: no optimizer, no first weights to draw, so that it is ready at once. */
export class FrozenModel {
  readonly model: Model
  readonly #views: Tensor[]
  readonly #buffers: Tensor[]

  /** Owns `model`. @throws LabError when a weight is missing or of another shape */
  constructor(model: Model, weights: readonly NamedTensor[]) {
    const { parameters } = model
    const given = new Map(weights.map((tensor) => [tensor.name, tensor]))
    const vector = parameters.fromExport(given)
    const buffers = parameters.buffersFromExport(given)
    this.model = model
    this.#views = tf.tidy(() => parameters.split(tf.tensor1d(vector) as Tensor1D))
    this.#buffers = buffers.map((data, index) => tf.tensor(data, [...parameters.buffers[index]!.shape]))
  }

  readonly #values: Values = ({ kind, index }) => (kind === 'view' ? this.#views : this.#buffers)[index]!

  /**
   * Goes through segments as evaluation does, the state carried on, but neither stops at M_eval nor halts.
   * @param visit called after each segment; its tensors live only during the call
   */
  run(images: Tensor4D, segments: number, visit: (segment: number, outputs: Outputs) => void, look?: Look): void {
    const pass: Pass = { training: false, dropoutMask: null, ...(look && { look }) }
    const { features } = tf.tidy(() => this.model.encode(this.#values, images, pass))
    let carry: Carry = tf.tidy(() => this.model.start(this.#values, images.shape[0]))
    try {
      for (let segment = 0; segment < segments; segment++) {
        const next = tf.tidy(() => {
          const [after, outputs] = this.model.segment(this.#values, carry, { features, statistics: {} }, pass)
          visit(segment, outputs)
          return after
        })
        tf.dispose(carry)
        carry = next
      }
    } finally {
      tf.dispose([features, carry])
    }
  }

  dispose(): void {
    tf.dispose([...this.#views, ...this.#buffers])
    this.model.dispose()
  }
}

/**
 * Opens weights and data set, hands both to `use`, and frees them whatever happens. Images are read one by one: a look needs
 * few of them.
 * @throws LabError when one of them cannot be read, or they do not fit together
 */
export function withFrozenModel<T>(looked: Looked, use: (frozen: FrozenModel, dataSet: OpenDataSet) => T): T {
  const dataSet = openDataSet(looked.dataSetFolder, 0)
  try {
    const weights = readWeights(looked.weights)
    const model = buildModel(looked.configuration.model, dataSet.input)
    let frozen: FrozenModel
    try {
      frozen = new FrozenModel(model, weights)
    } catch (error) {
      model.dispose()
      throw error
    }
    try {
      return use(frozen, dataSet)
    } finally {
      frozen.dispose()
    }
  } finally {
    dataSet.close()
  }
}

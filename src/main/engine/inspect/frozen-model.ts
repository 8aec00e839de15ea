import type { InputShape } from '../../../shared/experiment/family'
import { type Tensor, type Tensor4D, tf, type Variable } from '../backends/tf'
import { BatchedFunction, type KeptFunction, madeImages } from '../capture/batched-function'
import { lowered } from '../capture/lower'
import { GraphSession } from '../capture/session'
import type { Model } from '../models/model'
import type { NamedTensor } from '../training/learner'
import { LookFunctions, type LookName } from './look-functions'

/** How a {@link FrozenModel} computes. */
export interface FrozenOptions {
  /** Each look as one graph, where TensorFlow is; else operation by operation. */
  readonly recorded: boolean
  /** Where a look's recordings may be from an earlier start. */
  readonly kept?: ((name: string) => KeptFunction) | null
}

/** A look that is loaded, with its own copy of the weights. */
interface Loaded {
  readonly session: GraphSession
  /** Of the weights it has. */
  version: number
}

/**
 * A model whose weights are handed to it: no optimizer, no first weights to draw, so that it is ready at once. It stays
 * useful for other weights of the same model: its graphs know nothing of them.
 */
export class FrozenModel {
  readonly model: Model
  readonly #input: InputShape
  readonly #options: FrozenOptions
  /** The tensors the model reads: first its parameters, then its buffers. */
  readonly #views: readonly Variable[]
  readonly #buffers: readonly Variable[]
  readonly #functions: LookFunctions
  readonly #recorded = new Map<LookName, BatchedFunction>()
  readonly #loaded = new Map<string, Loaded>()
  /** Of the weights: raised with others. */
  #version = 0

  /** Owns `model`; has no weights yet. */
  constructor(model: Model, input: InputShape, options: FrozenOptions) {
    const { parameters } = model
    this.model = model
    this.#input = input
    this.#options = options
    const variables = (shapes: readonly (readonly number[])[]): Variable[] =>
      shapes.map((shape) => tf.tidy(() => tf.variable(tf.zeros([...shape]), false)))
    this.#views = variables(parameters.viewShapes)
    this.#buffers = variables(parameters.buffers.map(({ shape }) => shape))
    const values = ({ kind, index }: { kind: 'view' | 'buffer'; index: number }): Tensor =>
      (kind === 'view' ? this.#views : this.#buffers)[index] as unknown as Tensor
    this.#functions = new LookFunctions(model, values)
  }

  /** @throws LabError when a weight is missing or of another shape: it keeps those it had */
  setWeights(weights: readonly NamedTensor[]): void {
    const { parameters } = this.model
    const given = new Map(weights.map((tensor) => [tensor.name, tensor]))
    const vector = parameters.fromExport(given)
    const buffers = parameters.buffersFromExport(given)
    tf.tidy(() => {
      parameters.split(tf.tensor1d(vector)).forEach((view, index) => this.#views[index]!.assign(view))
      this.#buffers.forEach((buffer, index) => buffer.assign(tf.tensor(buffers[index]!, buffer.shape)))
    })
    this.#version++
  }

  /** Calls a look (look-functions.ts) for `batch` images; the caller frees what it gives. */
  call(name: LookName, batch: number, inputs: readonly Tensor[]): Tensor[] {
    // Class maps are one pass of a small model: loading a graph takes longer than it.
    if (!this.#options.recorded || name === 'class-map') return this.#functions.call(name, inputs)
    const loaded = this.#load(name, batch)
    if (loaded.version !== this.#version) {
      loaded.session.push()
      loaded.version = this.#version
    }
    return loaded.session.call(name, inputs)
  }

  /**
   * Goes through segments as evaluation does, the state carried on, but neither stops at M_eval nor halts.
   * @param visit is called with what each segment gives but the carry; its tensors live only during the call
   */
  run(
    name: 'segment' | 'look',
    images: Tensor4D,
    segments: number,
    visit: (segment: number, seen: Tensor[]) => void,
  ): void {
    const [batch] = images.shape
    const [features, ...start] = this.call('begin', batch, [images]) as [Tensor, ...Tensor[]]
    let states = start
    try {
      for (let segment = 0; segment < segments; segment++) {
        const given = this.call(name, batch, [features, ...states])
        const seen = given.slice(0, given.length - states.length)
        tf.dispose(states)
        states = given.slice(seen.length)
        try {
          visit(segment, seen)
        } finally {
          tf.dispose(seen)
        }
      }
    } finally {
      tf.dispose([features, states])
    }
  }

  #load(name: LookName, batch: number): Loaded {
    const key = `${name}-${batch}`
    let loaded = this.#loaded.get(key)
    if (!loaded) {
      const recording = lowered(this.#record(name).at(batch))
      loaded = { session: new GraphSession(this.#variables, [{ name, recording, xla: null }]), version: -1 }
      this.#loaded.set(key, loaded)
    }
    return loaded
  }

  #record(name: LookName): BatchedFunction {
    let recorded = this.#recorded.get(name)
    if (!recorded) {
      const run = (...inputs: Tensor[]): Tensor[] => this.#functions.call(name, inputs)
      const makeInputs = (batch: number): Tensor[] => this.#madeInputs(name, batch)
      recorded = new BatchedFunction(run, makeInputs, this.#variables, this.#options.kept?.(`look-${name}`) ?? null)
      this.#recorded.set(name, recorded)
    }
    return recorded
  }

  get #variables(): readonly Variable[] {
    return [...this.#views, ...this.#buffers]
  }

  /** Made-up inputs, other ones for each batch size. */
  #madeInputs(name: LookName, batch: number): Tensor[] {
    const images = madeImages(batch, this.#input)
    if (name === 'begin' || name === 'class-map') return [images]
    // Copies: two inputs that are one tensor could not be told apart.
    return this.#functions.call('begin', [images]).map((tensor, i) => tf.add(tensor, 1e-3 * (i + batch)))
  }

  dispose(): void {
    for (const { session } of this.#loaded.values()) session.dispose()
    tf.dispose([...this.#variables])
    this.model.dispose()
  }
}

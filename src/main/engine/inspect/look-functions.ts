import { type Tensor, type Tensor2D, type Tensor3D, type Tensor4D, tf } from '../backends/tf'
import { carryNames } from '../models/carry'
import { type Carry, EVALUATION, type Look, type Model, type ModuleName, type Pass } from '../models/model'
import type { Values } from '../models/parameters'

/**
 * What is computed of stored weights: where a batch starts, a segment of it by its answer alone or with what can be seen
 * inside, and the class maps of a model without segments.
 */
export type LookName = 'begin' | 'segment' | 'look' | 'class-map'

const MODULES: readonly ModuleName[] = ['low', 'high']

/**
 * Looks at a model as functions of tensors and of its values alone, so that they can be recorded as a graph.
 * Symbols as in models/hrm.ts; what is shown of B images has a side B.
 */
export class LookFunctions {
  readonly #model: Model
  readonly #values: Values
  /** Of what a carry holds, in the order in which functions take and give it. */
  readonly #carryNames: readonly string[]

  constructor(model: Model, values: Values) {
    this.#model = model
    this.#values = values
    this.#carryNames = carryNames(model, values)
  }

  /** Calls one; the caller frees what it gives. */
  call(name: LookName, inputs: readonly Tensor[]): Tensor[] {
    return tf.tidy(() => this.#call(name, inputs))
  }

  #call(name: LookName, inputs: readonly Tensor[]): Tensor[] {
    const [first, ...states] = inputs as [Tensor, ...Tensor[]]
    switch (name) {
      case 'begin':
        return this.#begin(first as Tensor4D)
      case 'segment':
        return this.#segment(first, states, EVALUATION)
      case 'look':
        return this.#look(first, states)
      case 'class-map':
        return this.#classMap(first as Tensor4D)
    }
  }

  /** images [B,H,W,C] → features, the carry */
  #begin(images: Tensor4D): Tensor[] {
    const { features } = this.#model.encode(this.#values, images, EVALUATION)
    const start = this.#model.start(this.#values, images.shape[0])
    return [features, ...this.#carryNames.map((name) => start[name]!)]
  }

  /** features, the carry → logits [B,K], of an ACT head halt and continue [B,2], the next carry */
  #segment(features: Tensor, states: readonly Tensor[], pass: Pass): Tensor[] {
    const names = this.#carryNames
    const carry: Carry = Object.fromEntries(names.map((name, i) => [name, states[i]!]))
    const [next, { logits, halting }] = this.#model.segment(this.#values, carry, { features, statistics: {} }, pass)
    return [logits, ...(halting ? [halting] : []), ...names.map((name) => next[name]!)]
  }

  /**
   * As `segment`, and before it: how far the low and the high state moved in each step [N·T,B] and [N,B], and what CLS
   * attends to in the last step of each module [2·layers,B,h,S].
   */
  #look(features: Tensor, states: readonly Tensor[]): Tensor[] {
    const notes = new Notes()
    const evaluated = this.#segment(features, states, { ...EVALUATION, look: notes })
    return [...notes.taken(), ...evaluated]
  }

  /**
   * Class activation maps (Zhou et al. 2016, arXiv 1512.04150): a linear head after global average pooling is the mean of
   * the same head at every place, so what each place adds to a logit is exact. images [B,H,W,C] → logits [B,K], the head at
   * every place [B,H',W',K]
   */
  #classMap(images: Tensor4D): Tensor[] {
    let maps!: Tensor
    const look: Look = {
      step: () => undefined,
      attention: () => undefined,
      maps: (seen, head) => {
        const [B, H, W, F] = seen.shape
        const places = tf.reshape(seen, [B * H * W, F]) as Tensor2D
        maps = tf.reshape(tf.matMul(places, head), [B, H, W, head.shape[1]])
      },
    }
    const { features } = this.#model.encode(this.#values, images, { ...EVALUATION, look })
    const [, { logits }] = this.#model.segment(this.#values, {}, { features, statistics: {} }, EVALUATION)
    return [logits, maps]
  }
}

/** Keeps what a model shows in a segment, until it is taken. */
class Notes implements Look {
  readonly #moves: Record<ModuleName, Tensor[]> = { low: [], high: [] }
  /** Of the newest step, by module and layer: CLS attention [B,h,S]. */
  readonly #attention = new Map<string, Tensor>()

  step(module: ModuleName, before: Tensor3D, after: Tensor3D): void {
    this.#moves[module].push(tf.keep(relativeMove(before, after)))
  }

  attention(module: ModuleName, layer: number, attention: Tensor4D): void {
    const [B, heads, , tokens] = attention.shape
    const cls = tf.tidy(() => tf.reshape(tf.slice(attention, [0, 0, 0, 0], [-1, -1, 1, -1]), [B, heads, tokens]))
    const key = `${module} ${layer}`
    this.#attention.get(key)?.dispose()
    this.#attention.set(key, tf.keep(cls))
  }

  maps(): void {}

  /** Moves of the low and the high module [steps,B], CLS attention by module, then layer [2·layers,B,h,S]. */
  taken(): Tensor[] {
    const layers = this.#attention.size / MODULES.length
    const inOrder = MODULES.flatMap((module) =>
      Array.from({ length: layers }, (_, layer) => this.#attention.get(`${module} ${layer}`)!),
    )
    const kept = [this.#moves.low, this.#moves.high, inOrder]
    const taken = kept.map((tensors) => tf.stack(tensors))
    tf.dispose(kept)
    return taken
  }
}

/**
 * How far the states [B,S,D] of images moved in one step: ‖z_t − z_(t−1)‖ / ‖z_(t−1)‖ [B], each the Euclidean norm over all
 * numbers of an image's state, CLS and cells alike. At the first step z_(t−1) is the template that every image starts from.
 * 0: it stays.
 */
const relativeMove = (before: Tensor3D, after: Tensor3D): Tensor =>
  tf.tidy(() => {
    const norm = (z: Tensor): Tensor => tf.sqrt(tf.sum(tf.square(z), [1, 2]))
    return tf.div(norm(tf.sub(after, before)), norm(before))
  })

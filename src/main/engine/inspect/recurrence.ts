import type { RecurrenceInside } from '../../../shared/inside/inside'
import { type Tensor, type Tensor2D, type Tensor3D, type Tensor4D, tf } from '../backends/tf'
import type { Inside, Look, ModuleName, Outputs } from '../models/model'
import type { FrozenModel } from './frozen-model'

type Recurrence = Extract<Inside, { kind: 'recurrence' }>

const MODULES: readonly ModuleName[] = ['low', 'high']
const numbers = (tensor: Tensor): Float32Array => tensor.dataSync<'float32'>()

/** Looks at one image [1,H,W,C] through so many segments. */
export function lookThroughSegments(
  frozen: FrozenModel,
  inside: Recurrence,
  image: Tensor4D,
  segments: number,
): RecurrenceInside {
  const { layers, heads, steps, rows, columns } = inside
  const notes = new Notes(inside)
  const probabilities: Float32Array[] = []
  const attention: Float32Array[] = []
  let halted: number | null = null
  const visit = (segment: number, { logits, halting }: Outputs): void => {
    probabilities.push(numbers(tf.softmax(logits)))
    attention.push(...notes.lastAttention())
    if (halting && halts(halting)) halted ??= segment + 1
  }
  frozen.run(image, segments, visit, notes)
  const answer = Math.min(halted ?? Infinity, frozen.model.segmentsEval)
  return {
    kind: 'recurrence',
    classes: probabilities[0]!.length,
    ...{ segments, answer, steps },
    probabilities: joined(probabilities),
    moves: { low: Float32Array.from(notes.moves.low), high: Float32Array.from(notes.moves.high) },
    attention: joined(attention),
    shape: { layers, heads, rows, columns },
  }
}

/** Whether the ACT head [1,2] says halt. */
function halts(halting: Tensor2D): boolean {
  const [halt, goOn] = numbers(halting)
  return halt! > goOn!
}

/** Keeps what a model shows of one image as plain numbers. */
class Notes implements Look {
  readonly moves: Record<ModuleName, number[]> = { low: [], high: [] }
  readonly #layers: number
  /** Of the newest step, by module and layer: CLS attention [h·S]. */
  readonly #attention = new Map<string, Float32Array>()

  constructor({ layers }: Recurrence) {
    this.#layers = layers
  }

  step(module: ModuleName, before: Tensor3D, after: Tensor3D): void {
    this.moves[module].push(relativeMove(before, after))
  }

  attention(module: ModuleName, layer: number, attention: Tensor4D): void {
    const [, heads, , tokens] = attention.shape
    const cls = tf.tidy(() => numbers(tf.slice(attention, [0, 0, 0, 0], [1, heads, 1, tokens])))
    this.#attention.set(`${module} ${layer}`, cls)
  }

  maps(): void {}

  /** By module, then layer. */
  lastAttention(): Float32Array[] {
    return MODULES.flatMap((module) =>
      Array.from({ length: this.#layers }, (_, layer) => this.#attention.get(`${module} ${layer}`)!),
    )
  }
}

/**
 * How far a state moved in one step: ‖z_t − z_(t−1)‖ / ‖z_(t−1)‖, each the Euclidean norm over all numbers of one image's
 * state [1,S,D], CLS and cells alike. At the first step z_(t−1) is the template that every image starts from. 0: it stays.
 */
export const relativeMove = (before: Tensor, after: Tensor): number =>
  tf.tidy(() => {
    const norm = (z: Tensor): Tensor => tf.sqrt(tf.sum(tf.square(z)))
    return numbers(tf.div(norm(tf.sub(after, before)), norm(before)))[0]!
  })

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

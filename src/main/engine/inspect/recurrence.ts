import type { RecurrenceInside } from '../../../shared/inside/inside'
import { type Tensor, type Tensor4D, tf } from '../backends/tf'
import type { Inside } from '../models/model'
import type { FrozenModel } from './frozen-model'

type Recurrence = Extract<Inside, { kind: 'recurrence' }>

const numbers = (tensor: Tensor): Float32Array => tensor.dataSync<'float32'>()

/** Looks at one image [1,H,W,C] through so many segments. */
export function lookThroughSegments(
  frozen: FrozenModel,
  inside: Recurrence,
  image: Tensor4D,
  segments: number,
): RecurrenceInside {
  const { layers, heads, steps, rows, columns } = inside
  const [low, high, attention, probabilities]: Float32Array[][] = [[], [], [], []]
  let halted: number | null = null
  frozen.run('look', image, segments, (segment, [lowMoves, highMoves, attends, logits, halting]) => {
    low!.push(numbers(lowMoves!))
    high!.push(numbers(highMoves!))
    attention!.push(numbers(attends!))
    probabilities!.push(tf.tidy(() => numbers(tf.softmax(logits!))))
    if (halting && halts(halting)) halted ??= segment + 1
  })
  const answer = Math.min(halted ?? Infinity, frozen.model.segmentsEval)
  return {
    kind: 'recurrence',
    classes: probabilities![0]!.length,
    ...{ segments, answer, steps },
    probabilities: joined(probabilities!),
    moves: { low: joined(low!), high: joined(high!) },
    attention: joined(attention!),
    shape: { layers, heads, rows, columns },
  }
}

/** Whether the ACT head [1,2] says halt. */
function halts(halting: Tensor): boolean {
  const [halt, goOn] = numbers(halting)
  return halt! > goOn!
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

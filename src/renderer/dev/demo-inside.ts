import type { ClassMapView, ImageInsideView, RecurrenceView, SegmentScoresView } from '../../shared/contract/inside'
import type { LabEvent } from '../../shared/contract/events'
import type { RunView } from '../../shared/contract/runs'
import { insideOf } from '../../shared/experiment/registry'
import type { FakeAnswers } from '../transport/fake'

/** Made-up looks into a run of hrm-mnist or of a CNN, as far as they look like real ones. */

const [CLASSES, SEGMENTS, SIDE, LAYERS, HEADS] = [10, 16, 7, 2, 4]
const numbers = (count: number): number[] => Array.from({ length: count }, (_, i) => i)
const wave = (i: number): number => 0.5 + 0.5 * Math.sin(i * 12.9898) * Math.cos(i * 0.37)
const shares = (weights: readonly number[]): number[] => {
  const sum = weights.reduce((sum, x) => sum + x, 0)
  return weights.map((x) => x / sum)
}

function recurrence(label: number): RecurrenceView {
  const after = (segment: number): number[] =>
    shares(
      numbers(CLASSES).map((k) =>
        Math.exp(k === label ? 1.5 * segment : k === (label + 5) % 10 ? 2.6 : wave(k + label)),
      ),
    )
  const fall = (steps: number, scale: number): number[] =>
    numbers(SEGMENTS * steps).map((i) => scale * Math.exp(-i / steps / 2.2) * (0.7 + 0.6 * wave(i + label)) + 0.002)
  return {
    ...{ kind: 'recurrence', classes: CLASSES, segments: SEGMENTS, answer: 2, trained: 2, evaluated: 2 },
    probabilities: numbers(SEGMENTS).flatMap((segment) => after(segment + 1)),
    moves: { low: fall(6, 1.3), high: fall(2, 0.9) },
    steps: { low: 6, high: 2 },
    attention: numbers(SEGMENTS * 2 * LAYERS * HEADS).flatMap((row) =>
      shares(numbers(1 + SIDE * SIDE).map((token) => Math.exp(3 * wave(token * 3 + row) - Math.abs(token - 24) / 12))),
    ),
    shape: { layers: LAYERS, heads: HEADS, rows: SIDE, columns: SIDE },
  }
}

const classMap = (label: number): ClassMapView => ({
  ...{ kind: 'class-map', classes: CLASSES, rows: SIDE, columns: SIDE },
  probabilities: shares(numbers(CLASSES).map((k) => (k === label ? 20 : wave(k)))),
  maps: numbers(CLASSES * SIDE * SIDE).map((i) => 12 * (wave(i) - 0.4) * Math.exp(-Math.abs((i % 49) - 24) / 12)),
})

/** Answers about the inside of these runs; scoring goes on by itself once begun. */
export function insideAnswers(runs: () => readonly RunView[], emit: (event: LabEvent) => void): FakeAnswers {
  const scores: Record<string, SegmentScoresView> = {}
  const scoresOf = (id: string): SegmentScoresView =>
    (scores[id] ??= {
      ...{ checkpoint: { step: 2814, epoch: 3 }, images: 10_000, scored: 0, segments: [], trained: 2, evaluated: 2 },
      ...{ going: false, stopping: false, secondsLeft: 2100, problem: null },
    })
  const change = (id: string, part: Partial<SegmentScoresView>): null => {
    scores[id] = { ...scoresOf(id), ...part }
    emit({ kind: 'inside', id })
    return null
  }
  const advance = (id: string): void => {
    const { scored, images, stopping } = scoresOf(id)
    if (stopping || scored === images) return void change(id, { going: false, stopping: false })
    const next = Math.min(images, scored + 400)
    const accuracy = (s: number): number => 0.981 - 0.24 * Math.exp(-1.6 * s) - 0.0006 * s
    const segments = numbers(SEGMENTS).map((s) => ({
      correct: Math.round(next * accuracy(s)),
      loss: 0.06 + 0.5 * Math.exp(-s),
    }))
    change(id, { scored: next, segments, secondsLeft: (images - next) / 40 })
    setTimeout(() => advance(id), 400)
  }
  return {
    'inside.image': async ({ id, index }): Promise<ImageInsideView> => {
      await new Promise((resolve) => setTimeout(resolve, 300))
      const label = index % CLASSES
      const family = runs().find((run) => run.id === id)?.family ?? 'hrm'
      return {
        ...{
          checkpoint: { step: 2814, epoch: 3 },
          image: 60_000 + index,
          label,
          classNames: numbers(CLASSES).map(String),
        },
        inside: insideOf(family) === 'class-map' ? classMap(label) : recurrence(label),
      }
    },
    'inside.segments': ({ id }) => scoresOf(id),
    'inside.score': ({ id }) => {
      change(id, { going: true })
      setTimeout(() => advance(id), 400)
      return null
    },
    'inside.stop': ({ id }) => change(id, { stopping: true }),
  }
}

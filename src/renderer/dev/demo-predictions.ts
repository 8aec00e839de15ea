import type { RunView } from '../../shared/contract/runs'
import { Random } from '../../shared/random/philox'
import { neverEvaluated } from './never-evaluated'

/** What the runs of the demonstration take its test images for: all its views tell of the same answers. */

/** Test images. */
export const IMAGES = 10_000
const digits = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9']

/** Classes of a run: the digits, or for a run of CIFAR-100 a hundred. */
export const classesOf = ({ preset }: RunView): string[] =>
  preset?.endsWith('100') ? Array.from({ length: 100 }, (_, k) => `class ${k}`) : digits

/** True class of each test image. */
export const labelsOf = (run: RunView): Uint16Array =>
  Uint16Array.from({ length: IMAGES }, (_, i) => i % classesOf(run).length)

/** Epochs after which a run was evaluated, from 1. @throws RequestFailed for a run that never was */
export function evaluatedEpochs(run: RunView): number[] {
  if (run.epochs === 0) throw neverEvaluated(run)
  return Array.from({ length: run.epochs }, (_, i) => i + 1)
}

/**
 * Each image's predicted class after an epoch. Hard images are hard for every run; classes have a few others that they look
 * like, and fewer images are taken for them with every epoch.
 */
export function guessesOf(run: RunView, epoch: number): Uint16Array {
  const k = classesOf(run).length
  const [hardness, own] = [new Random(1), new Random(run.number, 2)]
  const skill = (1 + 3 / epoch) * (0.8 + (run.number % 9) / 20)
  return labelsOf(run).map((label) => {
    const hard = hardness.uniform() ** 6
    const [luck, way] = [own.uniform(), own.uniform()]
    if (luck > (0.02 + (label % 7) / 60) * skill * (0.2 + 5 * hard)) return label
    return way < 0.6 ? (label * 7 + 3) % k : way < 0.9 ? (label + 5) % k : Math.floor(luck * 1e6) % k
  })
}

/** How sure a run is of each answer, float32 [images]; of wrong ones a little less. */
export function confidencesOf(run: RunView, guesses: Uint16Array): Float32Array {
  const [random, labels] = [new Random(run.number, 3), labelsOf(run)]
  return Float32Array.from(guesses, (guess, i) => (guess === labels[i] ? 0.6 : 0.4) + 0.39 * random.uniform())
}

/** Probabilities of all classes, float32 [images, K]: what is left of an answer's confidence, the others share. */
export function probabilitiesOf(run: RunView, guesses: Uint16Array): Float32Array {
  const k = classesOf(run).length
  const confidences = confidencesOf(run, guesses)
  const probabilities = new Float32Array(IMAGES * k)
  guesses.forEach((guess, i) => {
    probabilities.fill((1 - confidences[i]!) / (k - 1), i * k, (i + 1) * k)
    probabilities[i * k + guess] = confidences[i]!
  })
  return probabilities
}

/** A typed array as the contract carries it. */
export function packed({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array | Float32Array): string {
  const bytes = new Uint8Array(buffer, byteOffset, byteLength)
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(''))
}

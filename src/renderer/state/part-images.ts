import type { ImagePart } from '../../shared/contract/images'
import type { PartName } from '../../shared/data/dataset'
import { unpackF32, unpackU16 } from '../../shared/images/packed'
import type { Lab } from './lab.svelte'

/** A run at an epoch (counted from 1), whose prediction stands on each tile. */
export interface GridRun {
  readonly id: string
  readonly epoch: number
  readonly name: string
  readonly colour?: string
}

/** What a run predicts of each image of a part. */
export interface RunPredictions {
  /** uint16 [n] */
  readonly predicted: Uint16Array
  /** Probability of that class, float32 [n]. */
  readonly confidence: Float32Array
}

/** What tiles are drawn from. */
export interface TileFacts {
  readonly part: ImagePart
  /** uint16 [n] */
  readonly truth: Uint16Array
  /** In the order of the runs. */
  readonly predictions: readonly RunPredictions[]
}

/** Asks for what tiles of these runs are drawn from. Rejects as the client does. */
export async function readTileFacts(lab: Lab, part: PartName, runs: readonly GridRun[]): Promise<TileFacts> {
  const [about, ...packed] = await Promise.all([
    lab.client.request('images.part', { id: runs[0]!.id, part }),
    ...runs.map(({ id, epoch }) => lab.client.request('images.predictions', { id, part, epoch })),
  ])
  const predictions = packed.map(({ predicted, confidence }) => ({
    predicted: unpackU16(predicted),
    confidence: unpackF32(confidence),
  }))
  return { part: about, truth: unpackU16(about.truth), predictions }
}

/** What a screen reader says of an image: "image 153, true dog, predicted cat, 87 %". */
export function tileName({ part, truth, predictions }: TileFacts, runs: readonly GridRun[], index: number): string {
  const said = predictions.map(({ predicted, confidence }, i) => {
    const who = runs.length > 1 ? `${runs[i]!.name} ` : ''
    return `${who}predicted ${part.classes[predicted[index]!]}, ${Math.round(100 * confidence[index]!)} %`
  })
  return [`image ${index}`, `true ${part.classes[truth[index]!]}`, ...said].join(', ')
}

/** Where an image stands in a list; −1 where it does not. */
export const placeOf = (indices: ArrayLike<number>, index: number): number =>
  Array.prototype.indexOf.call(indices, index)

/** Seeded, stratified cuts of one part from another. */
import type { PartName } from '../../../shared/data/dataset'
import { Random } from '../../../shared/random/philox'

/** What is cut: its own stream of random numbers for each, so that one cut does not change the other. */
const streams: Readonly<Record<'test' | 'validation', number>> = { test: 0x7e570000, validation: 0x7a110000 }

/**
 * Moves a share of every class of the training part into another part, chosen by `seed`.
 * Of a class with n ≥ 2 training images at least one is moved and at least one stays; a class with one image keeps it.
 * @param parts Part by image; changed in place.
 * @param labels Class index by image. @param classes Number of classes.
 * @param share Share to move, 0 … 1 exclusive.
 */
export function cutPart(
  parts: PartName[],
  labels: ArrayLike<number>,
  classes: number,
  target: 'test' | 'validation',
  share: number,
  seed: number,
): void {
  const ofClass: number[][] = Array.from({ length: classes }, () => [])
  parts.forEach((part, image) => {
    if (part === 'train') ofClass[labels[image]!]!.push(image)
  })
  ofClass.forEach((images, label) => {
    if (images.length < 2) return
    const count = Math.min(images.length - 1, Math.max(1, Math.round(images.length * share)))
    new Random(seed, streams[target] + label).shuffle(images)
    for (const image of images.slice(0, count)) parts[image] = target
  })
}

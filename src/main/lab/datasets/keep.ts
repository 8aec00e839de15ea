/** Which images of a source the data set keeps, and in which part. */
import type { PartName } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import type { KeptImage } from './assemble'
import type { Filled } from './fill'
import { sourceImages } from './inspect'
import type { CheckedOptions } from './options'
import { classWithoutImages } from './readers/folder'
import { imageNotes } from './report'
import type { Source } from './source'
import { cutPart } from './split'

/** Share of every class that becomes the test part where the source has none. */
const TEST_SHARE = 0.2

/** The images that could be read, each in its final part; notes on how that came about. */
export function keepAndSplit(
  source: Source,
  filled: Filled,
  options: CheckedOptions,
): { images: KeptImage[]; notes: string[] } {
  const all = sourceImages(source)
  const kept = all.flatMap((image, slot) =>
    filled.hashes[slot] === undefined ? [] : [{ ...image, slot, sha256: filled.hashes[slot] }],
  )
  const parts: PartName[] = kept.map((image) => image.part)
  const labels = kept.map((image) => image.label)
  const notes = [...source.notes]
  if (source.kind === 'images') {
    const decoded = kept.map(({ name, slot }) => ({ name, result: filled.decoded[slot]! }))
    notes.push(...imageNotes(decoded, filled.slots, options.background))
  }
  if (!parts.includes('test')) {
    cutPart(parts, labels, source.classes.length, 'test', TEST_SHARE, options.splitSeed)
    notes.push(
      `No test part came with it: 20 % of every class were cut from the training part (seed ${options.splitSeed}).`,
    )
  }
  if (options.validationShare > 0) {
    if (parts.includes('validation'))
      throw new LabError(
        'bad-input',
        `${source.path} has its own validation part; none can be cut beside it.`,
        'Import it without a validation share.',
      )
    cutPart(parts, labels, source.classes.length, 'validation', options.validationShare, options.splitSeed)
    notes.push(
      `${Math.round(options.validationShare * 1000) / 10} % of every class’s training images are the validation part (seed ${options.splitSeed}).`,
    )
  }
  return { images: kept.map((image, i) => ({ ...image, part: parts[i]! })), notes }
}

/** @throws LabError naming the first class that has no readable training image, with one of its files and why. */
export function requireEveryClass(source: Source, filled: Filled, images: readonly KeptImage[]): void {
  const missing = source.classes.findIndex((_, label) => !images.some((i) => i.label === label && i.part === 'train'))
  if (missing < 0) return
  const name = source.classes[missing]!
  if (source.kind === 'records')
    throw new LabError(
      'bad-input',
      `${source.path} has no training image of class “${name}”.`,
      'Give the whole data set.',
    )
  const example = filled.skipped.find(({ slot }) => source.files[slot]!.label === missing)
  const file = example && source.files[example.slot]!
  throw classWithoutImages(
    source.path,
    file ? file.path.slice(0, file.path.lastIndexOf('/')) : name,
    file ? { path: file.path, reason: example.reason } : null,
  )
}

/** Native for records; for image files three, unless all of them are gray. */
export function defaultChannels(source: Source, filled: Filled): 1 | 3 {
  if (source.kind === 'records') return source.channels
  return filled.decoded.every((r) => r === undefined || r.channels === 1) ? 1 : 3
}

/** What an import found, in the form that is stored and printed. */
import type { ImportReport, PartName } from '../../../shared/data/dataset'
import type { KeptImage } from './assemble'
import type { DecodeResult } from './decode/messages'
import { promisedKind } from './sniff'
import { byCodeUnits } from './source'

type Decoded = Extract<DecodeResult, { outcome: 'done' }>

/** Images by class and part. */
export function classCounts(
  classes: readonly string[],
  images: Iterable<{ readonly label: number; readonly part: PartName }>,
): { name: string; train: number; validation: number; test: number }[] {
  const counts = classes.map((name) => ({ name, train: 0, validation: 0, test: 0 }))
  for (const { label, part } of images) counts[label]![part]++
  return counts
}

/** Groups of images with equal source pixels, and whether a group lies across parts or has several labels. */
export function findDuplicates(images: readonly KeptImage[]): ImportReport['duplicates'] {
  const groups = new Map<string, KeptImage[]>()
  for (const image of images) {
    const group = groups.get(image.sha256)
    if (group) group.push(image)
    else groups.set(image.sha256, [image])
  }
  return [...groups.values()]
    .filter((group) => group.length > 1)
    .map((group) => ({
      names: group.map((image) => image.name),
      acrossParts: new Set(group.map((image) => image.part)).size > 1,
      acrossClasses: new Set(group.map((image) => image.label)).size > 1,
    }))
}

/** Puts the report together. `notes` come as they are, after what the counts themselves say. */
export function makeReport(
  classes: readonly string[],
  images: readonly KeptImage[],
  skipped: readonly { path: string; reason: string }[],
  notes: readonly string[],
): ImportReport {
  const counts = classCounts(classes, images)
  const totals = counts.map((c) => c.train + c.validation + c.test)
  const hasTest = images.some((image) => image.part === 'test')
  const untested = hasTest ? counts.filter((c) => c.test === 0).map((c) => c.name) : []
  return {
    classes: counts,
    skipped: [...skipped].sort((a, b) => byCodeUnits(a.path, b.path)),
    duplicates: findDuplicates(images),
    imbalance: Math.max(...totals) / Math.min(...totals),
    notes: [
      ...notes,
      ...(untested.length > 0
        ? [`Without a test image: ${untested.slice(0, 10).join(', ')}${untested.length > 10 ? ' ...' : ''}.`]
        : []),
    ],
  }
}

/** Notes on how image files were read: turned, laid over the background, animated, misnamed, gray among colour, enlarged. */
export function imageNotes(
  decoded: readonly { readonly name: string; readonly result: Decoded }[],
  size: { readonly height: number; readonly width: number },
  background: string,
): string[] {
  const note = (test: (result: Decoded, name: string) => boolean, text: (n: string) => string): string[] => {
    const names = decoded.filter(({ name, result }) => test(result, name)).map(({ name }) => name)
    if (names.length === 0) return []
    const shown = names.slice(0, 3).join(', ')
    return [
      `${text(names.length === 1 ? '1 image' : `${names.length} images`)} (${shown}${names.length > 3 ? ' ...' : ''}).`,
    ]
  }
  const colours = decoded.some(({ result }) => result.channels !== 1)
  return [
    ...note(
      (r) => r.turned,
      (n) => `${n} turned upright as EXIF says`,
    ),
    ...note(
      (r) => r.channels === 4,
      (n) => `${n} with transparency, laid over ${background}`,
    ),
    ...note(
      (r) => r.animated,
      (n) => `${n} animated: the first frame was taken`,
    ),
    ...note(
      (r, name) => r.format !== promisedKind(name),
      (n) => `${n} with another extension than its content, read by content`,
    ),
    ...(colours
      ? note(
          (r) => r.channels === 1,
          (n) => `${n} gray among colour`,
        )
      : []),
    ...note(
      (r) => r.height < size.height || r.width < size.width,
      (n) => `${n} smaller than ${size.width} × ${size.height}, enlarged`,
    ),
  ]
}

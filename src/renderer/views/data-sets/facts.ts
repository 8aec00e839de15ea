import { formatCount } from '../../../shared/charts/format'
import { partNames } from '../../../shared/data/dataset'
import type { DataSetManifest, PartName } from '../../../shared/data/dataset'

/** Images of a data set, all parts together. */
export const imageCount = ({ parts }: DataSetManifest): number =>
  partNames.reduce((sum, part) => sum + parts[part].count, 0)

/** The part an image is in. */
export const partOf = ({ parts }: DataSetManifest, image: number): PartName =>
  partNames.find((part) => image >= parts[part].offset && image < parts[part].offset + parts[part].count) ?? 'train'

/** Size and channels: 28 × 28 gray. */
export const imageSize = ({ width, height, channels }: DataSetManifest): string =>
  `${width} × ${height} ${channels === 1 ? 'gray' : 'colour'}`

/** A number and its noun: 1 image, 2 images. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${formatCount(count)} ${count === 1 ? one : many}`

/** Where the window finds an image of a data set. Relative, so that it holds in every shell. */
export const imageAddress = (dataSet: string, image: number): string =>
  `images/${encodeURIComponent(dataSet)}/${image}.png`

/** A part's name in front of a person. */
export const partTitles: Readonly<Record<PartName, string>> = {
  train: 'Training',
  validation: 'Validation',
  test: 'Test',
}

/** Where a data set came from: its path, or what was dropped when it was sent to the lab, whose copy is gone after the import. */
export function sourceName(path: string): string {
  const sent = /[/\\]uploads[/\\][0-9a-f-]{36}[/\\]Dropped files(?:[/\\](.+))?$/.exec(path)
  return sent ? `Dropped on the window: ${sent[1] ?? 'several items'}` : path
}

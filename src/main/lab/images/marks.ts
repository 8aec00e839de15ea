import type { ImageMark } from '../../../shared/contract/images'
import { partNames, type DataSetIndexEntry } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import { csvRow } from '../../../shared/tables/csv'
import type { DataSetRow } from '../datasets/data-sets'
import type { Lab } from '../lab'

/** Everything that was said of images of a data set, by image. */
export function imageMarks(lab: Lab, dataSet: DataSetRow, index: readonly DataSetIndexEntry[]): ImageMark[] {
  const labels = lab.dataSets.allLabels(dataSet)
  return lab.store.marks.list(dataSet.id).map(({ image, tag, created }) => {
    const part = partNames.find((name) => image < endOf(dataSet, name)) ?? 'test'
    return {
      ...{ image, index: image - dataSet.manifest.parts[part].offset, part },
      ...{ name: index[image]?.name ?? '', label: labels[image] ?? 0, tag, created },
    }
  })
}

const endOf = ({ manifest }: DataSetRow, part: ImageMark['part']): number =>
  manifest.parts[part].offset + manifest.parts[part].count

/** Says something of an image, or takes it back. @throws LabError 'not-found' when there is no such image */
export function setMark(
  lab: Lab,
  { dataSet, image, tag, marked }: { dataSet: DataSetRow; image: number; tag: string; marked: boolean },
): void {
  const images = partNames.reduce((sum, part) => sum + dataSet.manifest.parts[part].count, 0)
  if (image >= images)
    throw new LabError(
      'not-found',
      `Data set ${dataSet.name} has no image ${image}.`,
      `Image ids go from 0 to ${images - 1}.`,
    )
  if (marked) lab.store.marks.add(dataSet.id, image, tag)
  else lab.store.marks.remove(dataSet.id, image, tag)
}

/** All marks as a CSV file. */
export const marksCsv = (marks: readonly ImageMark[], classes: readonly string[]): string =>
  [
    csvRow(['image', 'part', 'file', 'class', 'tag', 'created']),
    ...marks.map(({ image, part, name, label, tag, created }) =>
      csvRow([image, part, name, classes[label] ?? '', tag, new Date(created).toISOString()]),
    ),
  ].join('')

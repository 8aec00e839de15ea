import type { imageRequests } from '../../../shared/contract/images'
import type { PartName } from '../../../shared/data/dataset'
import { findImages } from '../../../shared/images/find'
import { searchWords } from '../../../shared/images/query'
import type { Handlers } from '../contract/dispatch'
import type { EventBus } from '../contract/event-bus'
import type { DataSetRow } from '../datasets/data-sets'
import { keptIndices } from '../datasets/kept-indices'
import type { PreviewStore } from '../datasets/preview-store'
import type { SideEngine } from '../engine/side-engine'
import type { Lab } from '../lab'
import { classifyFile } from './classify'
import { EvaluatedRuns } from './evaluated-run'
import { imagePart } from './image-part'
import { imageMarks, marksCsv, setMark } from './marks'
import { packed } from './packed'
import { seenImage } from './seen-image'

/** What the area of a run's images works with. */
export interface ImageArea {
  readonly lab: Lab
  /** Classifies a file beside a training. */
  readonly side: Pick<SideEngine, 'ask'>
  readonly previews: Pick<PreviewStore, 'add'>
  readonly events: EventBus
}

/** Answers about the images that runs were evaluated on, and what people say of them. */
export function imageHandlers(area: ImageArea): Handlers<keyof typeof imageRequests> {
  const { lab, events } = area
  const evaluated = new EvaluatedRuns(lab)
  const indexOf = keptIndices((dataSet) => lab.dataSets.folder(dataSet))
  const marksOf = async (id: string) => {
    const dataSet = lab.store.dataSets.get(id)
    return { dataSet, marks: imageMarks(lab, dataSet, await indexOf(dataSet)) }
  }
  return {
    'images.part': ({ id, part }) => imagePart(lab, id, part),
    'images.predictions': (asked) => {
      const { predicted, confidence } = evaluated.get(asked).predictions
      return { predicted: packed(predicted), confidence: packed(confidence) }
    },
    'images.find': async ({ query, ...asked }) => {
      const { dataSet } = evaluated.get(asked)
      // Names are many: read only for a query that looks at them.
      const names = searchWords(query.search).length > 0 ? await namesOf(dataSet, asked.part, indexOf) : []
      const marked = query.tag === null ? () => false : markedBy(lab, dataSet, asked.part)
      const images = evaluated.images(asked, { name: (index) => names[index] ?? '', marked })
      return { indices: packed(findImages(images, query)) }
    },
    'images.one': (asked) => seenImage(lab, asked, evaluated.get(asked)),
    'images.classify': ({ id, path }) => classifyFile(area, id, path),
    'marks.list': async ({ id }) => {
      const { dataSet, marks } = await marksOf(id)
      return { classes: dataSet.manifest.classes, marks }
    },
    'marks.set': ({ dataSet: id, ...said }) => {
      const dataSet = lab.store.dataSets.get(id)
      setMark(lab, { dataSet, ...said })
      events.emit({ kind: 'marks', dataSet: dataSet.id })
      return null
    },
    'marks.csv': async ({ id }) => {
      const { dataSet, marks } = await marksOf(id)
      return { name: `${dataSet.id}-marks.csv`, text: marksCsv(marks, dataSet.manifest.classes) }
    },
  }
}

/** File names in lower case, by place in the part. */
async function namesOf(
  dataSet: DataSetRow,
  part: PartName,
  indexOf: ReturnType<typeof keptIndices>,
): Promise<readonly string[]> {
  const { offset, count } = dataSet.manifest.parts[part]
  return (await indexOf(dataSet)).slice(offset, offset + count).map(({ name }) => name.toLowerCase())
}

function markedBy(lab: Lab, dataSet: DataSetRow, part: PartName): (index: number, tag: string) => boolean {
  const { offset } = dataSet.manifest.parts[part]
  const tags = Map.groupBy(lab.store.marks.list(dataSet.id), ({ image }) => image - offset)
  return (index, tag) => tags.get(index)?.some((mark) => tag === '' || mark.tag === tag) ?? false
}

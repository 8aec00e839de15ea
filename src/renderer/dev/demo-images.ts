import type { ImageMark, ImagePart, SeenImage } from '../../shared/contract/images'
import type { LabEvent } from '../../shared/contract/events'
import type { RunView } from '../../shared/contract/runs'
import { findImages, lossesOf, marginsOf, placesByValue } from '../../shared/images/find'
import type { ImageOrder } from '../../shared/images/query'
import { csvRow } from '../../shared/tables/csv'
import { RequestFailed } from '../transport/client'
import type { FakeAnswers } from '../transport/fake'
import {
  classesOf,
  confidencesOf,
  evaluatedEpochs,
  guessesOf,
  IMAGES,
  labelsOf,
  packed,
  probabilitiesOf,
} from './demo-predictions'

/** Training images, which stand before the test images. */
const TRAINING = 60_000
/** Classes that an opened image names. */
const RANKED = 5

const refuse = (message: string): never => {
  throw new RequestFailed({ kind: 'bad-input', message, hint: null, details: null })
}

function partOf(run: RunView): ImagePart {
  const evaluations = Array.from({ length: run.epochs }, (_, i) => ({ epoch: i + 1, accuracy: 0.9 }))
  return {
    dataSet: { id: run.dataSet, name: run.dataSetName, hash: '0'.repeat(64) },
    ...{ part: 'test', offset: TRAINING, images: IMAGES, height: 28, width: 28, channels: 1, imagesHere: true },
    ...{ classes: classesOf(run), truth: packed(labelsOf(run)) },
    evaluations: evaluations.map((one) => ({ ...one, probabilities: one.epoch === run.epochs })),
    parts: [
      { part: 'train', images: TRAINING, evaluated: false },
      { part: 'test', images: IMAGES, evaluated: run.epochs > 0 },
    ],
  }
}

/** Places by confidence, margin or loss. @throws RequestFailed where the epoch's probabilities are not kept */
function orderOf(run: RunView, epoch: number, by: ImageOrder, descending: boolean): Uint32Array {
  const guesses = guessesOf(run, epoch)
  if (by === 'confidence') return placesByValue(confidencesOf(run, guesses), descending)
  if (epoch !== run.epochs) refuse('The probabilities of all classes are kept of the last evaluation only.')
  const [all, k] = [probabilitiesOf(run, guesses), classesOf(run).length]
  return placesByValue(by === 'margin' ? marginsOf(all, k) : lossesOf(all, labelsOf(run), k), descending)
}

function probabilitiesAt(run: RunView, epoch: number, index: number): SeenImage['probabilities'] {
  if (epoch !== run.epochs) return null
  const k = classesOf(run).length
  const all = probabilitiesOf(run, guessesOf(run, epoch)).subarray(index * k, (index + 1) * k)
  const ranked = Array.from(all, (probability, label) => ({ label, probability })).sort(
    (a, b) => b.probability - a.probability || a.label - b.label,
  )
  const truth = ranked.find(({ label }) => label === index % k)!
  const told = ranked.slice(0, RANKED)
  return {
    ranked: told.includes(truth) ? told : [...told, truth],
    margin: ranked[0]!.probability - ranked[1]!.probability,
    loss: -Math.log(truth.probability),
  }
}

/** Answers about the images that runs of the demonstration were evaluated on, and marks on them. */
export function imageAnswers(runs: () => readonly RunView[], emit: (event: LabEvent) => void): FakeAnswers {
  const find = (id: string): RunView => runs().find((run) => run.id === id)!
  const nameOf = (run: RunView, index: number): string =>
    `${classesOf(run)[index % classesOf(run).length]}/${index}.png`
  let marks: (ImageMark & { readonly dataSet: string })[] = []
  const answerAt = (run: RunView, epoch: number, index: number) => {
    const guesses = guessesOf(run, epoch)
    return { epoch, predicted: guesses[index]!, confidence: confidencesOf(run, guesses)[index]! }
  }
  const marksOf = (id: string) => ({
    classes: classesOf(runs().find((run) => run.dataSet === id)!),
    marks: marks.filter(({ dataSet }) => dataSet === id).map(({ dataSet: _, ...mark }) => mark),
  })
  return {
    'images.part': ({ id }) => partOf(find(id)),
    'images.predictions': ({ id, epoch }) => {
      const predicted = guessesOf(find(id), epoch)
      return { predicted: packed(predicted), confidence: packed(confidencesOf(find(id), predicted)) }
    },
    'images.find': ({ id, epoch, query }) => {
      const run = find(id)
      const tagged = (index: number, tag: string): boolean =>
        marks.some((mark) => mark.dataSet === run.dataSet && mark.index === index && (tag === '' || mark.tag === tag))
      const found = findImages(
        {
          ...{ truth: labelsOf(run), predicted: guessesOf(run, epoch), marked: tagged },
          order: (by, descending) => orderOf(run, epoch, by, descending),
          name: (index) => nameOf(run, index),
        },
        query,
      )
      return { indices: packed(found) }
    },
    'images.one': ({ id, epoch, index }): SeenImage => {
      const run = find(id)
      const others = runs().filter((other) => other !== run && other.dataSet === run.dataSet && other.epochs > 0)
      return {
        ...{ image: TRAINING + index, truth: labelsOf(run)[index]!, keptEpoch: run.epochs },
        probabilities: probabilitiesAt(run, epoch, index),
        epochs: evaluatedEpochs(run).map((at) => answerAt(run, at, index)),
        others: others.slice(-5).map((other) => ({
          ...{ id: other.id, name: other.name, number: other.number },
          ...answerAt(other, other.epochs, index),
        })),
        marks: marksOf(run.dataSet).marks.flatMap((mark) => (mark.index === index ? [mark.tag] : [])),
      }
    },
    'images.classify': ({ path }) => refuse(`${path} cannot be looked at: the demonstration has no engine.`),
    'marks.list': ({ id }) => marksOf(id),
    'marks.set': ({ dataSet, image, tag, marked }) => {
      const run = runs().find((one) => one.dataSet === dataSet)!
      const index = image - TRAINING
      marks = marks.filter((mark) => !(mark.dataSet === dataSet && mark.image === image && mark.tag === tag))
      const said = { name: nameOf(run, index), label: labelsOf(run)[index]!, tag, created: Date.now() }
      if (marked) marks = [...marks, { dataSet, image, index, part: 'test', ...said }]
      emit({ kind: 'marks', dataSet })
      return null
    },
    'marks.csv': ({ id }) => {
      const { classes, marks: said } = marksOf(id)
      const rows = said.map(({ image, part, name, label, tag }) => csvRow([image, part, name, classes[label]!, tag]))
      return { name: `${id}-marks.csv`, text: [csvRow(['image', 'part', 'file', 'class', 'tag']), ...rows].join('') }
    },
  }
}

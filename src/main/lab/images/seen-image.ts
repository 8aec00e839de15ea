import type { SeenImage } from '../../../shared/contract/images'
import { LabError } from '../../../shared/errors'
import type { ImagePrediction } from '../../store/queries/image-predictions'
import type { Lab } from '../lab'
import { evaluatedRun, type EvaluatedRun, type EvaluationAsked } from './evaluated-run'

/** Most probable classes that are told. */
const RANKED = 5
/** Other runs that are told. */
const OTHERS = 100

/** All that runs say of one image. @throws LabError 'not-found' */
export function seenImage(
  lab: Lab,
  asked: EvaluationAsked & { readonly index: number },
  found: EvaluatedRun = evaluatedRun(lab, asked),
): SeenImage {
  const { run, dataSet, truth } = found
  const { index, part } = asked
  if (index >= truth.length)
    throw new LabError(
      'not-found',
      `The data set ${dataSet.name} has ${truth.length} ${part} images, none at ${index}.`,
    )
  const image = dataSet.manifest.parts[part].offset + index
  const { imagePredictions, marks, runs } = lab.store
  const kept = imagePredictions.probabilitiesEpoch(run.id, part)
  const others = imagePredictions.others(run.id, run.dataHash, { part, index, limit: OTHERS })
  return {
    ...{ image, truth: truth[index]! },
    probabilities: ranking(found, index),
    keptEpoch: kept === null ? null : kept + 1,
    epochs: imagePredictions.history(run.id, part, index).map(told),
    others: others.map(({ run: id, ...prediction }) => {
      const { name, number } = runs.get(id)
      return { ...{ id, name, number }, ...told(prediction) }
    }),
    marks: marks.of(dataSet.id, image),
  }
}

const told = ({ epoch, predicted, confidence }: ImagePrediction) => ({ epoch: epoch + 1, predicted, confidence })

/** The most probable classes, and the true one where it is not among them. */
function ranking({ probabilities, truth, dataSet }: EvaluatedRun, index: number): SeenImage['probabilities'] {
  if (probabilities === null) return null
  const classes = dataSet.manifest.classes.length
  const label = truth[index]!
  const all = rank(probabilities.subarray(index * classes, (index + 1) * classes))
  const place = all.findIndex((entry) => entry.label === label)
  const ranked = place < RANKED ? all.slice(0, RANKED) : [...all.slice(0, RANKED), all[place]!]
  const loss = -Math.log(all[place]!.probability)
  return { ranked, margin: all[0]!.probability - all[1]!.probability, loss: Number.isFinite(loss) ? loss : null }
}

/** Classes by falling probability. @param probabilities float32 [K] */
export const rank = (probabilities: Float32Array): { readonly label: number; readonly probability: number }[] =>
  Array.from(probabilities, (probability, label) => ({ label, probability })).sort(
    (a, b) => b.probability - a.probability || a.label - b.label,
  )

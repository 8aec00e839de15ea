import type { PartName } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import { lossesOf, marginsOf, placesByValue, type EvaluatedImages } from '../../../shared/images/find'
import type { ImageOrder } from '../../../shared/images/query'
import type { Predictions } from '../../store/queries/evaluations'
import type { DataSetRow } from '../datasets/data-sets'
import { labelsOf } from '../disagreement/tested-run'
import type { Lab } from '../lab'
import type { Run } from '../runs/runs'

/** Which evaluation of which images: as windows ask, epochs from 1. */
export interface EvaluationAsked {
  readonly id: string
  readonly part: PartName
  readonly epoch: number
}

/** A run's answers on a part after one epoch. */
export interface EvaluatedRun {
  readonly run: Run
  readonly dataSet: DataSetRow
  /** uint16 [n] */
  readonly truth: Uint16Array
  readonly predictions: Predictions
  /** float32 [n, K]; null where they are kept of another epoch only, or of none. */
  readonly probabilities: Float32Array | null
}

/**
 * @throws LabError 'not-found' when there is no such run, that epoch was not evaluated on the part, or the data set's files are gone
 */
export function evaluatedRun(lab: Lab, { id, part, epoch }: EvaluationAsked): EvaluatedRun {
  const run = lab.store.runs.get(id)
  const dataSet = lab.dataSets.get(run.dataSet)
  const predictions = lab.store.evaluations.predictions(run.id, epoch - 1, part)
  if (!predictions)
    throw new LabError(
      'not-found',
      `Run “${run.name}” (#${run.number}) has no predictions of the ${part} images after epoch ${epoch}.`,
      'They are made at the end of an epoch: let it train on, or look at another epoch.',
    )
  const truth = labelsOf(lab, dataSet, part)
  if (predictions.predicted.length !== truth.length)
    throw new LabError(
      'bad-input',
      `Run “${run.name}” (#${run.number}) has ${predictions.predicted.length} predictions, but there are ${truth.length} images.`,
      'What was recorded of it does not fit its data; train it again.',
    )
  const kept = lab.store.evaluations.probabilities(run.id, part)
  return { run, dataSet, truth, predictions, probabilities: kept?.epoch === epoch - 1 ? kept.probabilities : null }
}

interface KeptEvaluation {
  /** What it was made of: a resumed run may evaluate an epoch once more, which takes other seconds. */
  readonly key: string
  readonly found: EvaluatedRun
  readonly orders: Map<string, Uint32Array>
}

/** The evaluation asked for last, with the orders that were made of it: a window asks many questions about the same one. */
export class EvaluatedRuns {
  readonly #lab
  #last: KeptEvaluation | null = null

  constructor(lab: Lab) {
    this.#lab = lab
  }

  /** @throws LabError as {@link evaluatedRun} */
  get(asked: EvaluationAsked): EvaluatedRun {
    return this.#entry(asked).found
  }

  /**
   * What a query is asked of.
   * @param name file name of an image in lower case, by its place in the part
   * @param marked whether an image has a mark, by its place in the part
   * @throws LabError as {@link evaluatedRun}
   */
  images(asked: EvaluationAsked, { name, marked }: Pick<EvaluatedImages, 'name' | 'marked'>): EvaluatedImages {
    const { found, orders } = this.#entry(asked)
    const { truth, predictions } = found
    const order: EvaluatedImages['order'] = (by, descending) => {
      const key = `${by} ${descending}`
      const made = orders.get(key) ?? placesByValue(values(found, by), descending)
      orders.set(key, made)
      return made
    }
    return { truth, predicted: predictions.predicted, order, name, marked }
  }

  #entry(asked: EvaluationAsked): KeptEvaluation {
    const { store } = this.#lab
    const { id } = store.runs.get(asked.id)
    const epoch = asked.epoch - 1
    const row = store.evaluations.list(id).find((at) => at.epoch === epoch && at.part === asked.part)
    const kept = store.imagePredictions.probabilitiesEpoch(id, asked.part)
    const key = JSON.stringify([id, asked.part, row, kept])
    if (this.#last?.key !== key) this.#last = { key, found: evaluatedRun(this.#lab, asked), orders: new Map() }
    return this.#last
  }
}

/** @throws LabError 'bad-input' for an order by what only probabilities tell, where they are not kept */
function values({ truth, predictions, probabilities, run, dataSet }: EvaluatedRun, by: ImageOrder): Float32Array {
  if (by === 'confidence') return predictions.confidence
  if (probabilities === null)
    throw new LabError(
      'bad-input',
      `The probabilities of all classes, which an order by ${by} needs, are kept of the last evaluation of “${run.name}” only.`,
      'Look at its last epoch, or sort by confidence.',
    )
  const classes = dataSet.manifest.classes.length
  return by === 'margin' ? marginsOf(probabilities, classes) : lossesOf(probabilities, truth, classes)
}

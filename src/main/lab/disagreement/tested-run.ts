import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { EpochChoice, TestedRunView } from '../../../shared/contract/disagreement'
import type { PartName } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import { neverEvaluatedWords } from '../../../shared/images/never-evaluated'
import { bestValue } from '../../../shared/metrics/statistics'
import type { Accuracies } from '../../store/queries/evaluations'
import type { DataSetRow } from '../datasets/data-sets'
import type { Lab } from '../lab'
import type { Run } from '../runs/runs'

/** Whose predictions of which images are looked at. */
export interface Subject {
  readonly part: PartName
  readonly epoch: EpochChoice
}

/** A run at its chosen epoch. */
export interface TestedRun {
  readonly run: Run
  readonly dataSet: DataSetRow
  /** Counted from 0, as the store does. */
  readonly epoch: number
  readonly chosen: TestedRunView['chosen']
}

/**
 * The run at the epoch asked for.
 * @throws LabError 'not-found' when there is no such run, or it was never evaluated on the part
 */
export function testedRun(lab: Lab, id: string, { part, epoch }: Subject): TestedRun {
  const run = lab.store.runs.get(id)
  const accuracies = lab.store.evaluations.accuracies(run.id).get(run.id) ?? {}
  const evaluations = lab.store.evaluations.list(run.id)
  const last = evaluations.findLast((evaluation) => evaluation.part === part)
  if (!last) throw neverEvaluated(run, part, evaluations)
  const best = epoch === 'best' ? bestEpochOf(accuracies) : null
  const dataSet = lab.dataSets.get(run.dataSet)
  return { run, dataSet, ...(best ?? { epoch: last.epoch, chosen: 'last' }) }
}

/** The error for a run that was never evaluated on a part. @param evaluations those that it has */
export function neverEvaluated(
  { name, number, state }: Run,
  part: PartName,
  evaluations: readonly { readonly part: PartName }[],
): LabError {
  const others = [...new Set(evaluations.map((evaluation) => evaluation.part))]
  const { why, hint } = neverEvaluatedWords(state, part, others)
  return new LabError(
    'not-found',
    `Run “${name}” (#${number}) has no predictions of the ${part} images: it ${why}.`,
    hint,
  )
}

function bestEpochOf({ validation, test }: Accuracies): Pick<TestedRun, 'epoch' | 'chosen'> | null {
  const onValidation = bestValue(validation ?? [], 'max')
  if (onValidation) return { epoch: onValidation.epoch, chosen: 'best on validation' }
  const onTest = bestValue(test ?? [], 'max')
  return onTest && { epoch: onTest.epoch, chosen: 'best on test' }
}

/** As the window is told of it. */
export const testedRunView = ({ run, epoch, chosen }: TestedRun): TestedRunView => ({
  ...{ id: run.id, name: run.name, number: run.number, seed: run.seed },
  ...{ epoch: epoch + 1, chosen },
})

/** Each image's predicted class. @throws LabError 'not-found' when that epoch was not evaluated on the part */
export function predictedOf(lab: Lab, { run, epoch }: TestedRun, part: PartName): Uint16Array {
  const found = lab.store.evaluations.predictions(run.id, epoch, part)
  if (found) return found.predicted
  throw new LabError(
    'not-found',
    `Run “${run.name}” (#${run.number}) has no predictions of the ${part} images after epoch ${epoch + 1}.`,
    'Compare the last epochs instead.',
  )
}

/** True classes of a part. @throws LabError 'not-found' when the data set's files are gone */
export function labelsOf(lab: Lab, dataSet: DataSetRow, part: PartName): Uint16Array {
  try {
    return lab.dataSets.labels(dataSet, part)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    throw new LabError(
      'not-found',
      `The files of the data set “${dataSet.name}” are gone: without its labels nobody can say which predictions are right.`,
      `Put its folder back: ${lab.dataSets.folder(dataSet)}`,
      { cause: error },
    )
  }
}

/** Whether the data set's pixels are still on the disk. */
export const imagesHere = (lab: Lab, dataSet: DataSetRow): boolean =>
  existsSync(join(lab.dataSets.folder(dataSet), 'images.u8'))

import type { confusionRequests, ConfusionView } from '../../../shared/contract/confusion'
import type { RequestArguments, RequestResult } from '../../../shared/contract/contract'
import type { PartName } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'
import { PAPER } from '../../../shared/experiment/published'
import type { Confusion } from '../../../shared/metrics/confusion'
import type { Handlers } from '../contract/dispatch'
import type { DataSetRow } from '../datasets/data-sets'
import { neverEvaluated } from '../disagreement/tested-run'
import { packed } from '../images/packed'
import type { Lab } from '../lab'
import { publishedFor } from '../paper'
import type { Run } from '../runs/runs'

/** Answers about which classes a run takes for which; they need no file of the data. */
export function confusionHandlers(lab: Lab): Handlers<keyof typeof confusionRequests> {
  return {
    'confusion.get': (asked) => confusionView(lab, asked),
    'confusion.trend': (asked) => trend(lab, asked),
  }
}

function confusionView(lab: Lab, { id, part, epoch }: RequestArguments<'confusion.get'>): ConfusionView {
  const run = lab.store.runs.get(id)
  const dataSet = lab.dataSets.get(run.dataSet)
  const epochs = evaluatedEpochs(lab, run, part)
  const at = epoch === null ? epochs.at(-1)! : epoch - 1
  return {
    classes: dataSet.manifest.classes,
    epoch: at + 1,
    epochs: epochs.map((before) => before + 1),
    counts: packed(matrix(lab, run, part, at).counts),
    published: part === 'test' ? published(run, dataSet) : null,
  }
}

function trend(
  lab: Lab,
  { id, part, truth, predicted }: RequestArguments<'confusion.trend'>,
): RequestResult<'confusion.trend'> {
  const run = lab.store.runs.get(id)
  const { classes } = lab.dataSets.get(run.dataSet).manifest
  if (Math.max(truth, predicted) >= classes.length)
    throw new LabError(
      'bad-input',
      `There is no class ${Math.max(truth, predicted)}: run “${run.name}” (#${run.number}) tells ${classes.length} classes apart.`,
      `Classes are counted from 0 to ${classes.length - 1}.`,
    )
  return evaluatedEpochs(lab, run, part).map((epoch) => ({
    epoch: epoch + 1,
    count: matrix(lab, run, part, epoch).counts[truth * classes.length + predicted]!,
  }))
}

/** As the store counts them, from 0. @throws LabError 'not-found' where there are none */
function evaluatedEpochs(lab: Lab, run: Run, part: PartName): number[] {
  const evaluations = lab.store.evaluations.list(run.id)
  const epochs = evaluations.filter((evaluation) => evaluation.part === part).map(({ epoch }) => epoch)
  if (epochs.length > 0) return epochs
  throw neverEvaluated(run, part, evaluations)
}

function matrix(lab: Lab, run: Run, part: PartName, epoch: number): Confusion {
  const found = lab.store.evaluations.confusion(run.id, epoch, part)
  if (found) return found
  throw new LabError(
    'not-found',
    `Run “${run.name}” (#${run.number}) has no confusion matrix of the ${part} images after epoch ${epoch + 1}.`,
    'Look at another epoch.',
  )
}

function published(run: Run, dataSet: DataSetRow): ConfusionView['published'] {
  const record = publishedFor(run.preset, dataSet)
  return record && { source: PAPER, counts: packed(Uint32Array.from(record.confusion.flat())) }
}

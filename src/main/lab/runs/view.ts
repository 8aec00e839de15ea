import type { LiveSteps } from '../../../shared/contract/events'
import type { EpochView, RunView } from '../../../shared/contract/runs'
import type { DataSetManifest } from '../../../shared/data/dataset'
import type { Configuration } from '../../../shared/experiment/configuration'
import { modelCost } from '../../../shared/experiment/registry'
import { bestValue } from '../../../shared/metrics/statistics'
import type { StepColumns } from '../../../shared/metrics/steps'
import type { Accuracies } from '../../store/queries/evaluations'
import { inputShape } from '../datasets/data-sets'
import type { Lab } from '../lab'
import type { Run } from './runs'

/** Pixels that a row's curve is wide. */
const SPARKLINE_POINTS = 72

/** A run as lists show it. @throws LabError when its experiment cannot be read */
export function runView(lab: Lab, run: Run): RunView {
  const facts = factsOf(lab.store.experiments.get(run.experiment).configuration, lab.dataSets.get(run.dataSet).manifest)
  return view(run, facts, lab.store.evaluations.accuracies(run.id).get(run.id) ?? {})
}

/**
 * All runs as lists show them, oldest first, in a handful of queries however many there are.
 * @param trashed those in the trash instead
 * @throws LabError when an experiment cannot be read
 */
export function runViews(lab: Lab, { trashed = false } = {}): RunView[] {
  const { store } = lab
  const experiments = store.experiments.all()
  const dataSets = [...store.dataSets.list(), ...store.dataSets.list({ trashed: true })]
  const manifests = new Map(dataSets.map(({ id, manifest }) => [id, manifest]))
  const accuracies = store.evaluations.accuracies()
  const facts = new Map<number, Facts>()
  const factsFor = ({ experiment, dataSet }: Run): Facts => {
    const known = facts.get(experiment)
    if (known) return known
    const made = factsOf(experiments.get(experiment)!.configuration, manifests.get(dataSet)!)
    facts.set(experiment, made)
    return made
  }
  return store.runs.list({ trashed }).map((run) => view(run, factsFor(run), accuracies.get(run.id) ?? {}))
}

/** What a run's experiment says of it. */
interface Facts {
  readonly family: string
  readonly parameters: number
  readonly epochsAsked: number
}

const factsOf = ({ model, training }: Configuration, manifest: DataSetManifest): Facts => ({
  family: model.family,
  parameters: modelCost(model, inputShape(manifest)).parameters,
  epochsAsked: training.epochs,
})

function view(run: Run, facts: Facts, accuracies: Accuracies): RunView {
  const { id, number, name, preset, dataSet, dataSetName, seed, state, message, engine } = run
  const { created, started, ended, trainSeconds, epochs, notes, tags, folder, bytes } = run
  const part = accuracies.validation ? 'validation' : 'test'
  const best = bestValue(accuracies[part] ?? [], 'max')
  const test = accuracies.test ?? []
  return {
    ...{ id, number, name, preset, dataSet, dataSetName, ...facts, seed, state, message, engine },
    ...{ created, started, ended, trainSeconds, epochs, notes, tags, folder, bytes },
    trashed: run.trashed !== null,
    origin: run.origin?.id ?? null,
    best: best && { part, value: best.value, epoch: best.epoch + 1 },
    lastTest: test.at(-1)?.value ?? null,
    sparkline: sparkline(test.map(({ value }) => value)),
  }
}

/** As many values as a small curve has pixels, first and last among them, to a hundredth of a percent. */
function sparkline(values: readonly number[]): number[] {
  const count = Math.min(values.length, SPARKLINE_POINTS)
  const at = (i: number): number => values[Math.round((i * (values.length - 1)) / Math.max(1, count - 1))]!
  return Array.from({ length: count }, (_, i) => Math.round(1e4 * at(i)) / 1e4)
}

/** What was recorded of each epoch, counted from 1. */
export function epochViews(lab: Lab, run: Run): EpochView[] {
  const evaluations = Map.groupBy(lab.store.evaluations.list(run.id), ({ epoch }) => epoch)
  return lab.store.epochs.list(run.id).map(({ epoch, trainLoss, trainAccuracy, trainSeconds }) => ({
    epoch: epoch + 1,
    trainLoss: finite(trainLoss),
    trainAccuracy: finite(trainAccuracy),
    trainSeconds,
    evaluations: (evaluations.get(epoch) ?? []).map(({ part, loss, accuracy, seconds }) => ({
      ...{ part, seconds },
      ...{ loss: finite(loss), accuracy: finite(accuracy) },
    })),
  }))
}

/** Steps as windows are told of them. */
export const liveSteps = (steps: StepColumns): LiveSteps => ({
  firstStep: steps.firstStep,
  batch: Array.from(steps.batch),
  epoch: Array.from(steps.epoch),
  seconds: Array.from(steps.seconds),
  wallTime: Array.from(steps.wallTime),
  loss: Array.from(steps.loss, finite),
  learningRate: Array.from(steps.learningRate, finite),
  gradientNorm: Array.from(steps.gradientNorm, finite),
  accuracy: Array.from(steps.accuracy, finite),
  authorLoss: Array.from(steps.authorLoss, finite),
})

/** JSON has no NaN and no infinity: null stands for them. */
const finite = (value: number): number | null => (Number.isFinite(value) ? value : null)

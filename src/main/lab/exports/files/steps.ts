import { stepCount, type StepColumns } from '../../../../shared/metrics/steps'
import type { RunExport } from '../data'
import { float32, type Cell } from './csv'

/** Columns of steps.csv. Counted from 1; author_* only where the author's extra pass was made. */
const stepHead = [
  'step',
  'batch',
  'epoch',
  'segment',
  'seconds',
  'wall_time',
  'loss',
  'learning_rate',
  'gradient_norm',
  'accuracy',
]
const authorHead = ['author_loss', 'author_accuracy']

const hasAuthor = (steps: StepColumns): boolean => steps.authorLoss.some((value) => !Number.isNaN(value))

function stepRow(steps: StepColumns, i: number): Cell[] {
  return [
    steps.firstStep + i + 1,
    steps.batch[i]! + 1,
    steps.epoch[i]! + 1,
    steps.segment[i]! + 1,
    Number(steps.seconds[i]!.toFixed(4)),
    new Date(steps.wallTime[i]!).toISOString(),
    float32(steps.loss[i]!),
    float32(steps.learningRate[i]!),
    float32(steps.gradientNorm[i]!),
    float32(steps.accuracy[i]!),
  ]
}

const authorCells = (steps: StepColumns, i: number): Cell[] => [
  float32(steps.authorLoss[i]!),
  float32(steps.authorAccuracy[i]!),
]

/** Head and rows of a run's steps.csv: every step, none thinned. */
export function stepTable(steps: StepColumns): { head: string[]; rows: Iterable<Cell[]> } {
  const author = hasAuthor(steps)
  return { head: author ? [...stepHead, ...authorHead] : stepHead, rows: stepRows(steps, author) }
}

function* stepRows(steps: StepColumns, author: boolean): Generator<Cell[]> {
  const count = stepCount(steps)
  for (let i = 0; i < count; i++) yield author ? [...stepRow(steps, i), ...authorCells(steps, i)] : stepRow(steps, i)
}

/** Head and rows of a comparison's steps.csv: every step of every run, one run in memory at a time. */
export function comparedSteps(runs: readonly RunExport[]): { head: string[]; rows: Iterable<Cell[]> } {
  return { head: ['run', 'run_id', ...stepHead, ...authorHead], rows: comparedRows(runs) }
}

function* comparedRows(runs: readonly RunExport[]): Generator<Cell[]> {
  for (const run of runs) {
    const steps = run.steps()
    const count = stepCount(steps)
    for (let i = 0; i < count; i++) yield [run.name, run.id, ...stepRow(steps, i), ...authorCells(steps, i)]
  }
}

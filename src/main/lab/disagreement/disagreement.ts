import type { DisagreementView } from '../../../shared/contract/disagreement'
import { errorPatterns, type ErrorPattern, type ErrorPatterns } from '../../../shared/compare/error-patterns'
import { LabError } from '../../../shared/errors'
import { exactMcNemar } from '../../../shared/statistics/mcnemar'
import { agreement, wilsonInterval } from '../../../shared/statistics/shares'
import type { DataSetRow } from '../datasets/data-sets'
import type { Lab } from '../lab'
import { seedTest } from './seeds'
import { imagesHere, labelsOf, predictedOf, testedRun, testedRunView, type Subject, type TestedRun } from './tested-run'

/** Most patterns of errors that are told; many runs have thousands. */
const MOST_PATTERNS = 60

/** What was asked of which runs. */
export interface Question extends Subject {
  readonly runs: readonly string[]
  /** Ids of runs whose seeds may be paired. */
  readonly among?: readonly string[]
}

/** The same images as several runs see them. */
interface SeenImages {
  readonly dataSet: DataSetRow
  readonly runs: readonly TestedRun[]
  readonly labels: Uint16Array
  readonly predicted: readonly Uint16Array[]
  readonly found: ErrorPatterns
}

/**
 * Sets side by side on which images of a part the runs err.
 * @throws LabError 'bad-input' for runs on other data, 'not-found' for one without predictions or data without files
 */
export function disagreement(lab: Lab, question: Question): DisagreementView {
  const seen = seeImages(lab, question)
  const { dataSet, runs, labels, predicted, found } = seen
  const { classes } = dataSet.manifest
  const images = labels.length
  const told = listed(found.patterns)
  const more = found.patterns.filter((pattern) => !told.includes(pattern))
  return {
    dataSet: { id: dataSet.id, name: dataSet.name },
    ...{ classes, images, imagesHere: imagesHere(lab, dataSet), support: supportOf(labels, classes.length) },
    runs: runs.map((run, place) => {
      const right = sum(found.patterns.filter(({ wrong }) => wrong[place] === '0').map((pattern) => pattern.images))
      const { low, high } = wilsonInterval(right, images) ?? { low: null, high: null }
      return { ...testedRunView(run), right, accuracy: images === 0 ? 0 : right / images, low, high }
    }),
    patterns: told,
    more: { patterns: more.length, images: sum(more.map((pattern) => pattern.images)) },
    pair: runs.length === 2 ? pairOf(lab, question, { runs, predicted, found, classes: classes.length }) : null,
  }
}

/**
 * Places within the part of the images with a pattern of errors.
 * @param label of this true class only; null: of any
 * @throws LabError as {@link disagreement}, and 'bad-input' when the pattern is of another number of runs
 */
export function disagreeingImages(lab: Lab, question: Question, wrong: string, label: number | null): number[] {
  if (wrong.length !== question.runs.length)
    throw new LabError('bad-input', `The pattern ${wrong} is not of ${question.runs.length} runs.`)
  const { found, labels } = seeImages(lab, question)
  const pattern = found.patterns.findIndex((candidate) => candidate.wrong === wrong)
  const places: number[] = []
  for (let i = 0; i < labels.length; i++)
    if (found.ofImage[i] === pattern && (label === null || labels[i] === label)) places.push(i)
  return places
}

function seeImages(lab: Lab, question: Question): SeenImages {
  const runs = question.runs.map((id) => testedRun(lab, id, question))
  const [first] = runs as [TestedRun]
  for (const other of runs) if (other.run.dataHash !== first.run.dataHash) throw otherData(first, other)
  const labels = labelsOf(lab, first.dataSet, question.part)
  const predicted = runs.map((run) => predictedOf(lab, run, question.part))
  predicted.forEach((guesses, i) => {
    if (guesses.length !== labels.length) throw otherCount(runs[i]!, guesses.length, labels.length)
  })
  const found = errorPatterns(labels, predicted, first.dataSet.manifest.classes.length)
  return { dataSet: first.dataSet, runs, labels, predicted, found }
}

function pairOf(
  lab: Lab,
  question: Question,
  { runs, predicted, found, classes }: Pick<SeenImages, 'runs' | 'predicted' | 'found'> & { classes: number },
): DisagreementView['pair'] {
  const count = (wrong: string): number => found.patterns.find((pattern) => pattern.wrong === wrong)!.images
  const { same, kappa } = agreement(predicted[0]!, predicted[1]!, classes)
  const both = [runs[0]!, runs[1]!] as const
  const seeds = seedTest(lab, both, question.among ?? [], question)
  return { test: exactMcNemar(count('10'), count('01')), same, kappa, seeds }
}

/** The most frequent patterns, and all right and all wrong however rare. */
function listed(patterns: readonly ErrorPattern[]): ErrorPattern[] {
  return patterns.filter(({ wrong }, place) => place < MOST_PATTERNS || new Set(wrong).size === 1)
}

function supportOf(labels: Uint16Array, classes: number): number[] {
  const support = Array<number>(classes).fill(0)
  for (const label of labels) support[label]! += 1
  return support
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0)

const named = ({ run }: TestedRun): string => `“${run.name}” (#${run.number})`

function otherData(a: TestedRun, b: TestedRun): LabError {
  const [x, y] = [a.dataSet.manifest.classes, b.dataSet.manifest.classes]
  const why = x.length === y.length ? 'other images' : `other images, in ${x.length} and ${y.length} classes`
  return new LabError(
    'bad-input',
    `${named(a)} was trained on ${a.dataSet.name} and ${named(b)} on ${b.dataSet.name}: they have seen ${why}.`,
    'Only runs on the same data can be compared image by image.',
  )
}

const otherCount = (run: TestedRun, predictions: number, images: number): LabError =>
  new LabError(
    'bad-input',
    `${named(run)} has ${predictions} predictions, but there are ${images} images.`,
    'What was recorded of it does not fit its data; train it again.',
  )

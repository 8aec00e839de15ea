import type { RequestResult } from '../../../shared/contract/contract'
import { LabError } from '../../../shared/errors'
import type { Lab } from '../lab'
import { imagesHere, labelsOf, predictedOf, testedRun, testedRunView, type Subject, type TestedRun } from './tested-run'

type Matrices = RequestResult<'disagreement.confusion'>

/**
 * Two runs' confusion matrices; they need no file of the data.
 * @throws LabError 'bad-input' for other classes, 'not-found' for a run without the evaluation
 */
export function bothMatrices(lab: Lab, a: string, b: string, subject: Subject): Matrices {
  const [first, second] = [testedRun(lab, a, subject), testedRun(lab, b, subject)]
  const classes = first.dataSet.manifest.classes
  if (JSON.stringify(classes) !== JSON.stringify(second.dataSet.manifest.classes)) throw otherClasses(first, second)
  return {
    ...{ classes, sameImages: first.run.dataHash === second.run.dataHash },
    a: matrixOf(lab, first, subject),
    b: matrixOf(lab, second, subject),
  }
}

/**
 * Places within the part of the images of class `truth` that the run takes for `predicted`.
 * @throws LabError 'not-found' for a run without predictions or data without files
 */
export function cellImages(
  lab: Lab,
  id: string,
  [truth, predicted]: readonly [number, number],
  subject: Subject,
): number[] {
  const run = testedRun(lab, id, subject)
  const labels = labelsOf(lab, run.dataSet, subject.part)
  const guesses = predictedOf(lab, run, subject.part)
  const places: number[] = []
  for (let i = 0; i < labels.length; i++) if (labels[i] === truth && guesses[i] === predicted) places.push(i)
  return places
}

function matrixOf(lab: Lab, tested: TestedRun, { part }: Subject): Matrices['a'] {
  const { run, dataSet, epoch } = tested
  const confusion = lab.store.evaluations.confusion(run.id, epoch, part)
  if (!confusion)
    throw new LabError(
      'not-found',
      `Run “${run.name}” (#${run.number}) has no confusion matrix of the ${part} images after epoch ${epoch + 1}.`,
      'Compare the last epochs instead.',
    )
  return {
    ...testedRunView(tested),
    dataSet: { id: dataSet.id, name: dataSet.name },
    ...{ imagesHere: imagesHere(lab, dataSet), counts: Array.from(confusion.counts) },
  }
}

/** Says what differs: how many classes, else which, else their order. */
function otherClasses(a: TestedRun, b: TestedRun): LabError {
  const [x, y] = [a.dataSet.manifest.classes, b.dataSet.manifest.classes]
  const own = x.filter((name) => !y.includes(name))
  const others = y.filter((name) => !x.includes(name))
  const [nameA, nameB] = [a, b].map(({ run }) => `“${run.name}” (#${run.number})`)
  const differs =
    x.length !== y.length
      ? `${nameA} tells the ${x.length} classes of ${a.dataSet.name} apart, ${nameB} the ${y.length} of ${b.dataSet.name}.`
      : own.length > 0
        ? `${nameA} knows ${quoted(own)} where ${nameB} knows ${quoted(others)}.`
        : `${nameA} and ${nameB} have the same classes in another order.`
  return new LabError('bad-input', differs, 'Only matrices of the same classes can be subtracted.')
}

/** Names as a list; of many only the first. */
const quoted = (names: readonly string[]): string =>
  `${names
    .slice(0, 3)
    .map((name) => `“${name}”`)
    .join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`

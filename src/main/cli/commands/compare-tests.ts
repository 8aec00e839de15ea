import {
  agreementSentence,
  chosenNote,
  mcNemarSentence,
  seedSentence,
  type PairNames,
} from '../../../shared/compare/disagreement-words'
import type { DisagreementView, EpochChoice } from '../../../shared/contract/disagreement'
import { LabError } from '../../../shared/errors'
import { disagreement } from '../../lab/disagreement/disagreement'
import type { Lab } from '../../lab/lab'

/** The first run tested against another one. */
export interface ComparedPair {
  readonly a: string
  readonly b: string
  readonly disagreement: DisagreementView
}

/**
 * Tests the first run against each of the others on the same test images; over seeds, among all that are named.
 * @throws LabError 'bad-input' for one run, and as disagreement
 */
export function testedPairs(lab: Lab, ids: readonly string[], epoch: EpochChoice): ComparedPair[] {
  const [first, ...others] = ids
  if (first === undefined || others.length === 0)
    throw new LabError('bad-input', 'A test needs two runs or more.', 'Name the runs: hrm-lab compare 1 2 --test')
  return others.map((b) => ({
    ...{ a: first, b },
    disagreement: disagreement(lab, { part: 'test', epoch, runs: [first, b], among: ids }),
  }))
}

/** What the tests say, in sentences; what the seeds say of the same groups once. */
export function testedLines(pairs: readonly ComparedPair[]): string[] {
  const told = pairs.flatMap(({ disagreement: { runs, images, pair } }) => {
    const names = namesOf(runs)
    const chosen = runs.map((run, i) => `${names[i]} at epoch ${run.epoch} (${run.chosen})`).join(', ')
    return [`${chosen}:`, `  ${mcNemarSentence(pair!.test, names)}`, `  ${agreementSentence(pair!, images, names)}`]
  })
  const seeds = pairs.map(({ disagreement: { runs, pair } }) => {
    const { a, b } = pair!.seeds
    return seedSentence(pair!.seeds, a.label === b.label ? namesOf(runs) : [a.label, b.label])
  })
  const note = chosenNote(
    pairs.flatMap(({ disagreement: { runs } }) => runs),
    'test',
  )
  const many = pairs.length > 1 ? ['Each test stands for itself: none is corrected for their number.'] : []
  return [...told, ...new Set(seeds), ...(note ? [note] : []), ...many]
}

const namesOf = (runs: DisagreementView['runs']): PairNames => {
  const [a, b] = runs.map(({ name, number }) => `${name} (#${number})`)
  return [a!, b!]
}

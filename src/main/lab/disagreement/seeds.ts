import type { SeedTest } from '../../../shared/contract/disagreement'
import { groupKey, groupRuns, type Groupable } from '../../../shared/compare/groups'
import { LabError } from '../../../shared/errors'
import { pairedT } from '../../../shared/statistics/paired-t'
import type { Lab } from '../lab'
import type { Run } from '../runs/runs'
import { testedRun, type Subject, type TestedRun } from './tested-run'

interface Member extends Groupable {
  readonly run: Run
}

/**
 * Pairs the runs that are as `a` but for their seed with those that are as `b`, by equal seeds; the newest of several runs of
 * one seed. Runs that are gone or were not evaluated are left out.
 * @param among ids of the runs that may be paired
 */
export function seedTest(
  lab: Lab,
  [a, b]: readonly [TestedRun, TestedRun],
  among: readonly string[],
  subject: Subject,
): SeedTest {
  const runs = [...new Set([a.run.id, b.run.id, ...among])].flatMap((id) => memberOf(lab, id, subject) ?? [])
  const groups = new Map(groupRuns(runs, 'seed').map((group) => [group.key, group]))
  const groupOf = (run: Run) =>
    groups.get(
      groupKey(
        runs.find((member) => member.run.id === run.id)!,
        'seed',
      ),
    )!
  const [first, second] = [groupOf(a.run), groupOf(b.run)]
  const [ofA, ofB] = [first, second].map((group) => bySeed(lab, group.runs, subject)) as [SeedMap, SeedMap]
  const sameGroup = first === second
  const seeds = sameGroup ? [] : [...ofA.keys()].filter((seed) => ofB.has(seed)).sort((x, y) => x - y)
  const pairs = seeds.map((seed) => ({ seed, a: ofA.get(seed)!, b: ofB.get(seed)! }))
  const test = pairedT(
    pairs.map((pair) => pair.a),
    pairs.map((pair) => pair.b),
  )
  return {
    a: { label: first.label, runs: first.runs.length },
    b: { label: second.label, runs: second.runs.length },
    ...{ sameGroup, pairs, test },
  }
}

type SeedMap = ReadonlyMap<number, number>

/** Accuracy by seed; a later run takes an earlier one's place. */
function bySeed(lab: Lab, members: readonly Member[], { part, epoch }: Subject): SeedMap {
  const sorted = members.toSorted((x, y) => x.run.number - y.run.number)
  return new Map(
    sorted.flatMap(({ run }): [number, number][] => {
      const tested = testedRun(lab, run.id, { part, epoch })
      const evaluation = lab.store.evaluations
        .list(run.id)
        .find((one) => one.part === part && one.epoch === tested.epoch)
      const accuracy = evaluation?.accuracy
      return accuracy === undefined || !Number.isFinite(accuracy) ? [] : [[run.seed, accuracy]]
    }),
  )
}

function memberOf(lab: Lab, id: string, subject: Subject): Member | null {
  try {
    const { run } = testedRun(lab, id, subject)
    return { run, configuration: lab.runs.configuration(run), data: { hash: run.dataHash } }
  } catch (error) {
    if (error instanceof LabError && error.kind === 'not-found') return null
    throw error
  }
}

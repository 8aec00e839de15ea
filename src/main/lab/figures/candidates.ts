import type { Lab } from '../lab'
import type { Run } from '../runs/runs'
import type { Candidate } from './matching-run'
import { paperTables } from './paper-list'

/** A run that may stand for a published one. */
export type PaperCandidate = Candidate & { readonly run: Run }

/** The runs of presets that the paper's figures and tables are of, oldest first, with what they are judged by. */
export function paperCandidates(lab: Lab): PaperCandidate[] {
  const wanted = new Set<string | null>(paperTables.flatMap(({ presets }) => presets))
  return lab.store.runs
    .list()
    .filter(({ preset }) => wanted.has(preset))
    .map((run) => ({
      ...{ run, id: run.id, state: run.state, epochs: run.epochs },
      configuration: lab.runs.configuration(run),
      known: lab.dataSets.get(run.dataSet).manifest.known,
    }))
}

import { seriesColor, type Theme } from '../../../../shared/charts/theme'
import { groupRuns } from '../../../../shared/compare/groups'
import type { ComparedRun } from '../../../../shared/contract/compare'
import type { CompareLook } from '../../../state/compare'

/** One line of the comparison's charts: a run, or the mean over the runs of a group. */
export interface Series {
  readonly key: string
  readonly label: string
  readonly colour: string
  /** Place among the series: its dash and mark. */
  readonly place: number
  readonly runs: readonly ComparedRun[]
}

/** The lines of the charts, in order: of each run, or of each group where runs are grouped. */
export function compareSeries(
  runs: readonly ComparedRun[],
  look: CompareLook,
  colours: ReadonlyMap<string, string>,
  theme: Theme,
): Series[] {
  if (look.group === 'none') {
    return runs.map((run) => ({
      key: run.run.id,
      label: `${run.run.name} #${run.run.number}`,
      colour: colours.get(run.run.id) ?? theme.text,
      place: look.slots[run.run.id] ?? 0,
      runs: [run],
    }))
  }
  return groupRuns(runs, look.group).map((group, place) => {
    const first = group.runs[0]!.run.id
    // A colour that a person chose for a group's first run is the group's.
    const chosen = look.colours[first] === undefined ? undefined : colours.get(first)
    return {
      key: group.key,
      label: group.label,
      ...{ place, runs: group.runs, colour: chosen ?? seriesColor(theme, place) },
    }
  })
}

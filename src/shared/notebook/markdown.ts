/** A question of the notebook as a Markdown file. */
import { formatPercent } from '../charts/format'
import type { QuestionView, Verdict } from '../contract/notebook'
import type { RunView } from '../contract/runs'
import { escapeMarkdown, markdownTable } from '../tables/markdown'

/** A verdict in a word. */
export const verdictWords: Readonly<Record<Verdict, string>> = {
  open: 'Open',
  yes: 'Yes',
  no: 'No',
  unclear: 'Unclear',
}

/**
 * The question as its title, the verdict and its reason, the text, and a table of the runs.
 * @param run looks a run up by its id; null: it was deleted
 */
export function questionMarkdown(question: QuestionView, run: (id: string) => RunView | null): string {
  const { verdict, reason, text, runs, created, changed } = question
  const dates = [`asked ${day(created)}`, ...(day(changed) === day(created) ? [] : [`changed ${day(changed)}`])]
  return [
    `# ${escapeMarkdown(question.question)}`,
    `Verdict: **${verdictWords[verdict]}** (${dates.join(', ')})`,
    ...[reason, text].map((part) => part.trim()).filter(Boolean),
    ...(runs.length === 0 ? [] : ['## Runs', runTable(runs.map((id) => runCells(id, run(id)))).trimEnd()]),
  ]
    .join('\n\n')
    .concat('\n')
}

/** 2026-11-28 */
const day = (time: number): string => new Date(time).toISOString().slice(0, 10)

const runTable = (rows: readonly (readonly string[])[]): string =>
  markdownTable({
    head: ['Run', 'Name', 'Model', 'Data', 'Seed', 'Epochs', 'Best', 'State'],
    align: ['left', 'left', 'left', 'left', 'right', 'right', 'right', 'left'],
    rows,
  })

function runCells(id: string, run: RunView | null): string[] {
  if (!run) return [id, '', '', '', '', '', '', 'deleted']
  const best = run.best ? `${formatPercent(run.best.value)} (${run.best.part}, epoch ${run.best.epoch})` : ''
  const state = run.trashed ? `${run.state}, in the trash` : run.state
  return [id, run.name, run.preset ?? run.family, run.dataSetName, String(run.seed), String(run.epochs), best, state]
}

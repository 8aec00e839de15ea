import type { Command } from 'commander'
import { formatDuration, formatPercent } from '../../../shared/charts/format'
import type { Context } from '../context'
import type { Act } from '../index'
import { table } from '../output/table'
import { runSummary } from '../run-summary'

/** runs, show. */
export function registerRunCommands(program: Command, act: Act): void {
  program
    .command('runs')
    .description('list the runs')
    .addHelpText('after', '\nExample:\n  hrm-lab runs --json')
    .action(act(listRuns))
  program
    .command('show')
    .description('tell everything of one run')
    .argument('<run>', 'id, number, or the beginning of an id')
    .addHelpText('after', '\nExample:\n  hrm-lab show 3')
    .action(
      act((context, reference: string) => {
        const summary = runSummary(context.reader, context.reader.store.runs.get(reference))
        context.print(summary.value, summary.text)
      }),
    )
}

function listRuns(context: Context): void {
  const { store } = context.reader
  const bests = store.evaluations.bests()
  const runs = store.runs.list().map((run) => {
    const best = bests.get(run.id)
    const chosen = best?.validation
      ? { part: 'validation', ...best.validation }
      : best?.test
        ? { part: 'test', ...best.test }
        : null
    const last = store.evaluations.list(run.id).findLast(({ part }) => part === 'test')
    return { ...run, best: chosen && { ...chosen, epoch: chosen.epoch + 1 }, lastTest: last?.accuracy ?? null }
  })
  const right = { align: 'right' as const }
  const inFolders = runs.some(({ folder }) => folder !== null)
  const columns = [
    { head: 'run' },
    ...(inFolders ? [{ head: 'folder' }] : []),
    { head: 'state' },
    { head: 'data' },
    { head: 'seed', ...right },
    { head: 'epochs', ...right },
    { head: 'test', ...right },
    { head: 'best' },
    { head: 'time', ...right },
  ]
  const rows = runs.map((run) => [
    run.id,
    ...(inFolders ? [run.folder ?? ''] : []),
    run.state,
    run.dataSetName,
    String(run.seed),
    String(run.epochs),
    formatPercent(run.lastTest),
    run.best ? `${formatPercent(run.best.value)} (${run.best.part}, epoch ${run.best.epoch})` : '–',
    formatDuration(run.trainSeconds),
  ])
  context.print(runs, runs.length > 0 ? table(columns, rows) : 'No runs yet. Begin with: hrm-lab reproduce hrm-mnist')
}

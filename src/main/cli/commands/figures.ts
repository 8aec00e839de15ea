import { resolve } from 'node:path'
import type { Command } from 'commander'
import { exportFigures } from '../../lab/figures/figures'
import type { Context } from '../context'
import type { Act } from '../index'
import { table } from '../output/table'
import { type PictureOptions, pictureFlags, pictureOptions, untilInterrupted } from './export'

/** figures. */
export function registerFigureCommand(program: Command, act: Act): void {
  pictureFlags(program.command('figures'))
    .description('write the paper’s ten figures and three tables from runs of this lab, and say which are missing')
    .addHelpText('after', '\nExample:\n  hrm-lab figures --out figures')
    .action(act(figures))
}

async function figures(context: Context, options: PictureOptions): Promise<void> {
  const out = resolve(options.out ?? 'figures')
  const items = await untilInterrupted(context, (signal) =>
    exportFigures(context.reader, out, {
      ...pictureOptions(options),
      signal,
      onItem: (title, index, total) => context.progress.update(index / total, title),
    }),
  )
  const rows = items.map(({ title, what, files, runs, missing }) => [
    title,
    what,
    files[0] ?? 'missing',
    runs.join(', '),
    missing ?? '',
  ])
  const columns = [{ head: '' }, { head: 'what' }, { head: 'file' }, { head: 'run' }, { head: 'missing' }]
  context.print({ folder: out, items }, `${table(columns, rows)}\n${out}\n`)
}

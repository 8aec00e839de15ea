import { join, resolve } from 'node:path'
import { LabError } from '../../shared/errors'
import type { DataSetManifest } from '../../shared/data/dataset'
import { findPreset, configure } from '../lab/experiments/configure'
import { collectRun } from '../lab/exports/collect'
import { publishedTable } from '../lab/exports/published-table'
import { exportRun } from '../lab/exports/run'
import type { DataSetRow } from '../lab/datasets/data-sets'
import { exportOptions, untilInterrupted } from './commands/export'
import { shortcutAssignments } from './commands/train'
import type { Context } from './context'
import { importPath } from './importing'
import { table } from './output/table'
import { runSummary } from './run-summary'
import { goOn, trainNew } from './training'

/** Options of `reproduce`. */
export interface ReproduceOptions {
  readonly data?: string
  readonly out?: string
  readonly epochs?: number
  readonly trainLimit?: number
  readonly authorMetrics?: boolean
  readonly mode?: string
  /** Start anew although a run of the very same configuration could go on. */
  readonly fresh?: boolean
}

/** Where the public data sets are published, and what to give the lab. */
const published: Readonly<Record<NonNullable<DataSetManifest['known']>, string>> = {
  mnist: 'MNIST comes with the lab.',
  cifar10:
    '`hrm-lab import cifar10` downloads it (162 MiB). CIFAR-10 is published at https://www.cs.toronto.edu/~kriz/cifar.html; by hand, fetch “CIFAR-10 binary version” and give it: --data cifar-10-binary.tar.gz',
  cifar100:
    '`hrm-lab import cifar100` downloads it (161 MiB). CIFAR-100 is published at https://www.cs.toronto.edu/~kriz/cifar.html; by hand, fetch “CIFAR-100 binary version” and give it: --data cifar-100-binary.tar.gz',
}

/**
 * Trains a preset on its data set (importing it first where needed), exports everything, and prints ours beside published.
 * @throws LabError when the preset has no data set of its own, or its data is not at hand: the message says where to get it
 */
export async function reproduce(context: Context, name: string, options: ReproduceOptions): Promise<void> {
  const preset = findPreset(name)
  if (!preset.data)
    throw new LabError(
      'bad-input',
      `Preset ${name} has no data set of its own.`,
      `Train it on yours: hrm-lab train --preset ${name} --data NAME.`,
    )
  const configuration = configure({ preset: name, assignments: shortcutAssignments(options) })
  await context.windowLab()
  const dataSet = await provideData(context, preset.data, options.data)
  const begun = options.fresh ? null : context.reader.runs.findUnfinished(configuration, dataSet)
  if (begun) context.progress.note(`Going on with run ${begun.id}, which is ${begun.state} (--fresh starts anew).`)
  const experiment = { name, configuration, dataSet, seeds: [configuration.training.seed] }
  const id = begun ? await goOn(context, begun.id) : (await trainNew(context, experiment))[0]!
  await present(context, id, options.out)
}

async function provideData(
  context: Context,
  known: NonNullable<DataSetManifest['known']>,
  path: string | undefined,
): Promise<DataSetRow> {
  if (path !== undefined) return importPath(context, path, {})
  const there = context.reader.dataSets.findKnown(known)
  if (there) return there
  if (known === 'mnist') return importPath(context, 'mnist', {})
  throw new LabError('not-found', `The data set ${known} is not at hand.`, published[known])
}

/** Exports a run's files and prints it, beside the published one where there is one. */
async function present(context: Context, id: string, out: string | undefined): Promise<void> {
  const lab = context.reader
  const run = collectRun(lab, lab.store.runs.get(id))
  const folder = out === undefined ? join(lab.home.folder, 'exports', id) : resolve(out)
  const files = await untilInterrupted(context, (signal) =>
    exportRun(run, folder, exportOptions(context, { theme: 'light', format: 'png' }, signal)),
  )
  const beside = publishedTable(run)
  const summary = runSummary(lab, lab.store.runs.get(id))
  const columns = beside?.table.head.map((head, i) => ({ head, align: beside.table.align[i]! })) ?? []
  const comparison = beside ? ['', table(columns, beside.table.rows), '', ...beside.notes] : []
  const text = [summary.text, ...comparison, '', `${files.length} files in ${folder}`].join('\n')
  context.print({ run: summary.value, published: beside, files }, text)
}

import { InvalidArgumentError, Option, type Command } from 'commander'
import { formatBytes, formatCount } from '../../../shared/charts/format'
import { publicDataSetKeys } from '../../../shared/contract/data-sets'
import type { ImportReport } from '../../../shared/data/dataset'
import type { DataSetRow } from '../../lab/datasets/data-sets'
import { publicDataSets } from '../../lab/datasets/views'
import { positiveInteger, seeds, share } from '../arguments'
import type { Context } from '../context'
import { importPath } from '../importing'
import type { Act } from '../index'
import { printable, table } from '../output/table'

interface ImportOptions {
  readonly name?: string
  readonly size?: number
  readonly fit?: 'crop' | 'pad' | 'stretch'
  readonly channels?: 1 | 3
  readonly background?: string
  readonly validation?: number
  readonly splitSeed?: number[]
  readonly coarse?: boolean
}

/** Files named one by one in a printed report; all are in the stored one. */
const LISTED = 20
/** Names of one image that are shown. */
const SHOWN_COPIES = 4

/** import, datasets. */
export function registerDataSetCommands(program: Command, act: Act): void {
  program
    .command('import')
    .description(
      'import a data set: class folders (folder, .zip), IDX, CIFAR-10 or -100; or bring a public one by its name',
    )
    .argument('<path>', `folder or file, or ${publicDataSetKeys.join(', ')}`)
    .option('--name <name>', 'its name (default: from the path)')
    .option(
      '--size <pixels>',
      'side of the square images (default: 32 for folders, else as published)',
      positiveInteger,
    )
    .addOption(new Option('--fit <how>', 'how images become square').choices(['crop', 'pad', 'stretch']))
    .option('--channels <n>', '1: gray, 3: RGB (default: gray where all images are)', channels)
    .option('--background <colour>', 'behind transparent pixels and padding (default: white)')
    .option('--validation <share>', 'cut a validation part from the training part', share)
    .option('--split-seed <n>', 'seed of the 80/20 split where there is no test part', seeds)
    .option('--coarse', 'CIFAR-100: the 20 coarse classes')
    .addHelpText(
      'after',
      '\nMNIST comes with the lab; the other public data sets are downloaded from their publishers. A download that was cut goes' +
        '\non with the same command. A folder of such a name is given as ./cifar10.' +
        '\n\nExamples:\n  hrm-lab import photos.zip --size 48 --validation 0.1\n  hrm-lab import fashion-mnist',
    )
    .action(act(importCommand))
  program
    .command('datasets')
    .description('list the data sets, or tell one’s import report')
    .argument('[dataset]', 'name or id')
    .option('--public', 'list the public data sets that `import` brings by their name')
    .addHelpText('after', '\nExample:\n  hrm-lab datasets sign-digits')
    .action(act(dataSets))
}

function channels(text: string): 1 | 3 {
  if (text !== '1' && text !== '3') throw new InvalidArgumentError('It must be 1 or 3.')
  return text === '1' ? 1 : 3
}

async function importCommand(context: Context, path: string, options: ImportOptions): Promise<void> {
  const { splitSeed, validation, ...rest } = options
  const dataSet = await importPath(context, path, {
    ...rest,
    ...(validation === undefined ? {} : { validationShare: validation }),
    ...(splitSeed === undefined ? {} : { splitSeed: splitSeed[0]! }),
  })
  context.print(dataSet, reportText(dataSet))
}

async function dataSets(
  context: Context,
  reference: string | undefined,
  options: { readonly public?: boolean },
): Promise<void> {
  if (options.public) return listPublic(context)
  if (reference !== undefined) {
    const dataSet = context.reader.dataSets.get(reference)
    return context.print(dataSet, reportText(dataSet))
  }
  const all = context.reader.dataSets.list()
  const right = { align: 'right' as const }
  const columns = [
    { head: 'data set' },
    { head: 'images' },
    { head: 'classes', ...right },
    { head: 'train', ...right },
    { head: 'validation', ...right },
    { head: 'test', ...right },
    { head: 'on disk', ...right },
    { head: 'hash' },
  ]
  const rows = all.map((row) => dataSetCells(context, row))
  context.print(all, all.length > 0 ? table(columns, rows) : 'No data sets yet. Begin with: hrm-lab import mnist')
}

async function listPublic(context: Context): Promise<void> {
  const sets = await publicDataSets(context.reader)
  const right = { align: 'right' as const }
  const columns = [
    { head: 'public data set' },
    { head: 'images', ...right },
    { head: 'size' },
    { head: 'to download', ...right },
    { head: 'here' },
    { head: 'what' },
    { head: 'published at' },
  ]
  const rows = sets.map((set) => [
    set.key,
    formatCount(set.images),
    `${set.height} × ${set.width} × ${set.channels}`,
    set.state === 'bundled' ? 'comes with the lab' : formatBytes(set.bytes),
    set.here ? 'yes' : set.partBytes > 0 ? `${formatBytes(set.partBytes)} of it` : '',
    set.what,
    set.page,
  ])
  context.print(sets, table(columns, rows))
}

function dataSetCells(context: Context, row: DataSetRow): string[] {
  const { name, manifest: m } = row
  return [
    name,
    `${m.height} × ${m.width} × ${m.channels}`,
    String(m.classes.length),
    ...(['train', 'validation', 'test'] as const).map((part) => formatCount(m.parts[part].count)),
    formatBytes(context.reader.dataSets.bytes(row)),
    m.hash.slice(0, 12),
  ]
}

/** The import report as a person reads it: classes, then what to look at. */
function reportText({ name, report, manifest }: DataSetRow): string {
  const right = { align: 'right' as const }
  const columns = [
    { head: 'class' },
    { head: 'train', ...right },
    { head: 'validation', ...right },
    { head: 'test', ...right },
  ]
  const rows = report.classes.map((c) => [c.name, formatCount(c.train), formatCount(c.validation), formatCount(c.test)])
  return [
    `${printable(name)} · ${manifest.height} × ${manifest.width} × ${manifest.channels} · mean ${manifest.mean.map((v) => v.toFixed(4)).join(', ')} · std ${manifest.std.map((v) => v.toFixed(4)).join(', ')}`,
    '',
    table(columns, rows),
    '',
    ...findings(report),
  ].join('\n')
}

function findings(report: ImportReport): string[] {
  const listed = (what: string, lines: readonly string[]): string[] =>
    lines.length === 0
      ? []
      : [
          `${what}: ${formatCount(lines.length)}`,
          ...lines.slice(0, LISTED).map((line) => `  ${printable(line)}`),
          ...(lines.length > LISTED ? [`  … and ${formatCount(lines.length - LISTED)} more (--json lists all)`] : []),
        ]
  const duplicates = report.duplicates.map(({ names, acrossParts, acrossClasses }) => {
    const where = [acrossParts ? 'in train and test' : '', acrossClasses ? 'with different labels' : ''].filter(Boolean)
    const more = names.length > SHOWN_COPIES ? ` = … (${formatCount(names.length)} in all)` : ''
    return `${names.slice(0, SHOWN_COPIES).join(' = ')}${more}${where.length > 0 ? ` (${where.join(', ')})` : ''}`
  })
  return [
    `Largest class ÷ smallest: ${Number.isFinite(report.imbalance) ? report.imbalance.toFixed(2) : 'a class has no images'}`,
    ...report.notes.map(printable),
    ...listed(
      'Skipped',
      report.skipped.map(({ path, reason }) => `${path}: ${reason}`),
    ),
    ...listed('Exact duplicates', duplicates),
  ]
}

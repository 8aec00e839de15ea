import { join, resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { formatBytes, formatPercent } from '../../../shared/charts/format'
import { epochChoices, type EpochChoice } from '../../../shared/contract/disagreement'
import { prepareImages } from '../../lab/datasets/prepare-image'
import { collectRun } from '../../lab/exports/collect'
import { exportComparison } from '../../lab/exports/comparison'
import { comparisonNotes, comparisonTable } from '../../lab/exports/comparison-table'
import type { RunExport } from '../../lab/exports/data'
import type { ExportOptions } from '../../lab/exports/options'
import { writeReport } from '../../lab/exports/report/write'
import { exportRun } from '../../lab/exports/run'
import { summarise } from '../../lab/exports/summary'
import { writeZip } from '../../lab/exports/zip'
import { millimetres, positiveNumber } from '../arguments'
import type { Context } from '../context'
import type { Act } from '../index'
import { Interrupted, interruptible } from '../interrupt'
import { printable, table } from '../output/table'
import { withEngine } from '../training'
import { testedLines, testedPairs } from './compare-tests'

/** Choices of a command that writes pictures. */
export interface PictureOptions {
  readonly out?: string
  readonly theme: 'light' | 'dark'
  readonly format: 'png' | 'svg'
  readonly size?: { readonly width: number; readonly height?: number }
  readonly dpi?: number
  readonly fontSize?: number
}

interface RunsOptions extends PictureOptions {
  readonly zip?: string
}

interface CompareOptions extends PictureOptions {
  readonly test?: true
  readonly epoch: EpochChoice
  readonly report?: string
}

/** The flags of {@link PictureOptions}. */
export const pictureFlags = (command: Command): Command =>
  command
    .option('--out <folder>', 'where the files go')
    .addOption(new Option('--theme <name>', 'look of the pictures').choices(['light', 'dark']).default('light'))
    .addOption(new Option('--format <name>', 'charts and tables as').choices(['png', 'svg']).default('png'))
    .option('--size <mm>', 'width of pictures in millimetres, and height of line charts: 85 or 85x60', millimetres)
    .option('--dpi <n>', 'dots per inch of a PNG (default: 306)', positiveNumber)
    .option('--font-size <points>', 'height of letters (default: 8)', positiveNumber)

/** What was chosen, as an export takes it. */
export const pictureOptions = ({
  theme,
  format,
  size,
  dpi,
  fontSize,
}: Omit<PictureOptions, 'out'>): Pick<
  ExportOptions<string>,
  'theme' | 'format' | 'width' | 'height' | 'dpi' | 'fontSize'
> => ({
  theme,
  format,
  ...size,
  ...(dpi === undefined ? {} : { dpi }),
  ...(fontSize === undefined ? {} : { fontSize }),
})

/** export, compare, classify. */
export function registerExportCommands(program: Command, act: Act): void {
  pictureFlags(program.command('export'))
    .description('write pictures (PNG), tables (CSV), run.json and weights of runs; of several also their comparison')
    .argument('<run...>', 'id, number, or the beginning of an id')
    .addOption(
      new Option('--zip <file>', 'all of it but the weights as one zip, the same bytes each time').conflicts('out'),
    )
    .addHelpText(
      'after',
      '\nExamples:\n  hrm-lab export 1 2 --out paper\n  hrm-lab export 1 2 --zip paper.zip\n  hrm-lab export 1 --format svg --size 85x60 --font-size 9',
    )
    .action(act(exportRuns))
  pictureFlags(program.command('compare'))
    .description('lay runs side by side; with --out write curves, tables and differences')
    .argument('<run...>', 'id, number, or the beginning of an id')
    .option('--test', 'test the first run against each other one: exact McNemar test, over seeds a paired t test')
    .addOption(new Option('--epoch <which>', 'what is tested').choices(epochChoices).default('last'))
    .option('--report <file>', 'one HTML page of all of it, to be read without the lab')
    .addHelpText(
      'after',
      '\nExamples:\n  hrm-lab compare 1 2 3 --out comparison\n  hrm-lab compare 1 2 --test\n  hrm-lab compare 1 2 --report comparison.html',
    )
    .action(act(compare))
  program
    .command('classify')
    .description('classify images with a run’s model, through the very preprocessing of its training')
    .argument('<run>', 'id, number, or the beginning of an id')
    .argument('<image...>', 'image files')
    .option('--top <n>', 'classes to show', '3')
    .addHelpText('after', '\nExample:\n  hrm-lab classify 2 photo.jpg')
    .action(act(classify))
}

/** Options of an export that can be interrupted and tells each file on standard error. */
export const exportOptions = <Name extends string>(
  context: Context,
  pictures: Omit<PictureOptions, 'out'>,
  signal: AbortSignal,
): ExportOptions<Name> => ({
  ...pictureOptions(pictures),
  signal,
  onFile: (name, index, total) => context.progress.update(index / total, name),
  onSkip: (name, reason) => context.progress.note(`${name} is left out: ${reason}.`),
})

async function exportRuns(context: Context, references: readonly string[], options: RunsOptions): Promise<void> {
  const lab = context.reader
  const runs = references.map((reference) => collectRun(lab, lab.store.runs.get(reference)))
  if (options.zip !== undefined) return exportAsZip(context, runs, resolve(options.zip), options)
  const out = resolve(options.out ?? 'exports')
  const files = await untilInterrupted(context, async (signal) => {
    const written: string[] = []
    for (const run of runs) {
      const folder = runs.length > 1 ? join(out, run.id) : out
      written.push(...(await exportRun(run, folder, exportOptions(context, options, signal))))
    }
    if (runs.length > 1)
      written.push(...(await exportComparison(runs, join(out, 'comparison'), exportOptions(context, options, signal))))
    return written
  })
  context.print({ files }, files.join('\n'))
}

async function exportAsZip(
  context: Context,
  runs: readonly RunExport[],
  file: string,
  options: PictureOptions,
): Promise<void> {
  const lab = context.reader
  const rows = runs.map(({ id }) => lab.store.runs.get(id))
  const bytes = await untilInterrupted(context, (signal) =>
    writeZip(runs, file, {
      ...exportOptions(context, options, signal),
      report: (to, stop) => writeReport(lab, rows, to, stop),
    }),
  )
  context.print({ files: [file], bytes }, `${file} (${formatBytes(bytes)})`)
}

async function compare(context: Context, references: readonly string[], options: CompareOptions): Promise<void> {
  const lab = context.reader
  const runs = references.map((reference) => collectRun(lab, lab.store.runs.get(reference)))
  const summaries = runs.map(summarise)
  const made = comparisonTable(summaries)
  const columns = made.head.map((head, i) => ({ head, align: made.align[i]! }))
  const ids = runs.map(({ id }) => id)
  const tests = options.test ? testedPairs(lab, ids, options.epoch) : null
  const files = await untilInterrupted(context, async (signal) => {
    const written = options.out
      ? await exportComparison(runs, resolve(options.out), exportOptions(context, options, signal))
      : []
    if (options.report === undefined) return written
    const report = resolve(options.report)
    const rows = ids.map((id) => lab.store.runs.get(id))
    await writeReport(lab, rows, report, signal)
    return [...written, report]
  })
  const tested = tests ? ['', ...testedLines(tests).map(printable), ''] : []
  const text = [table(columns, made.rows), '', ...comparisonNotes(summaries), ...tested, ...files].join('\n')
  context.print({ runs: summaries, files, ...(tests ? { tests } : {}) }, text)
}

/** Runs an export that Ctrl-C ends between two files; those already whole stay. */
export async function untilInterrupted<T>(context: Context, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return interruptible(
    async (signal) => {
      try {
        return await work(signal)
      } catch (error) {
        if (signal.aborted) throw new Interrupted('Interrupted. Files that were finished are kept.')
        throw error
      }
    },
    () => context.progress.note('Stopping …'),
  )
}

async function classify(
  context: Context,
  reference: string,
  images: readonly string[],
  options: { top: string },
): Promise<void> {
  const lab = context.reader
  const run = lab.store.runs.get(reference)
  const weights = lab.runs.weights(run)
  const { manifest, ...dataSet } = lab.dataSets.get(run.dataSet)
  const pixels = await prepareImages(images, manifest)
  const probabilities = await withEngine(context, lab, (engine) =>
    engine.request({
      kind: 'classify',
      weights,
      configuration: lab.runs.configuration(run),
      dataSetFolder: lab.dataSets.folder({ manifest, ...dataSet }),
      images: Buffer.concat(pixels),
    }),
  )
  const { classes } = manifest
  const results = images.map((image, i) => {
    const row = [...probabilities.subarray(i * classes.length, (i + 1) * classes.length)]
    const ranked = row.map((probability, k) => ({ class: classes[k]!, probability }))
    return { image, classes: ranked.sort((a, b) => b.probability - a.probability) }
  })
  const top = Math.max(1, Number(options.top) || 3)
  const rows = results.map(({ image, classes: ranked }) => [
    image,
    ...ranked.slice(0, top).map((one) => `${one.class} ${formatPercent(one.probability)}`),
  ])
  const columns = Array.from({ length: Math.max(...rows.map((row) => row.length)) }, (_, i) => ({
    head: i === 0 ? 'image' : `${i}.`,
  }))
  context.print(results, table(columns, rows))
}

import { Option, type Command } from 'commander'
import { LabError } from '../../../shared/errors'
import { modeChoices, precisions } from '../../../shared/experiment/engine-info'
import { presets } from '../../../shared/experiment/presets'
import { findPreset } from '../../lab/experiments/configure'
import { collect, positiveInteger, seeds } from '../arguments'
import type { Context } from '../context'
import type { Act } from '../index'
import { table } from '../output/table'
import { formatCount } from '../../../shared/charts/format'
import { reproduce, type ReproduceOptions } from '../reproduce'
import { runSummary } from '../run-summary'
import { configureInLab, goOn, trainNew } from '../training'

interface TrainOptions {
  readonly preset: string
  readonly data?: string
  readonly config?: string
  readonly set: readonly string[]
  readonly epochs?: number
  readonly trainLimit?: number
  readonly seed?: number[]
  readonly authorMetrics?: boolean
  readonly mode?: string
  readonly precision?: string
  readonly name?: string
}

/** presets, train, reproduce, resume. */
export function registerTrainCommands(program: Command, act: Act): void {
  program
    .command('presets')
    .description('list the presets')
    .addHelpText('after', '\nExample:\n  hrm-lab presets')
    .action(act(listPresets))

  const trainCommand = program
    .command('train')
    .description('train a model on an imported data set')
    .requiredOption('--preset <name>', 'where the configuration begins')
    .option('--data <name>', 'the data set: name or id (default: the preset’s own)')
    .option('--config <file>', 'YAML or JSON laid over the preset')
    .option('--set <path=value>', 'one field laid over both, as model.width=64; may be repeated', collect, [])
    .option('--seed <n,…>', 'one run per seed', seeds)
    .option('--name <name>', 'the experiment’s name (default: the preset’s)')
  shortcuts(trainCommand)
    .addHelpText(
      'after',
      '\nExample:\n  hrm-lab train --preset hrm-cifar10 --data sign-digits --epochs 10 --set model.width=64 --set model.heads=4',
    )
    .action(act(train))

  const reproduceCommand = program
    .command('reproduce')
    .description('train a preset on its data, draw it, and set it beside the published run')
    .argument(
      '<preset>',
      presets
        .filter((p) => p.data)
        .map((p) => p.name)
        .join(', '),
    )
    .option('--data <path>', 'the data set’s files, where the lab does not have them yet')
    .option('--fresh', 'start anew although an unfinished run of the same configuration could go on')
    .option('--out <folder>', 'where pictures and tables go (default: exports/<run> in the lab’s folder)')
  shortcuts(reproduceCommand)
    .addHelpText('after', '\nExample:\n  hrm-lab reproduce hrm-mnist')
    .action(act((context, name: string, options: ReproduceOptions) => reproduce(context, name, options)))

  program
    .command('resume')
    .description('go on with a run that was paused or interrupted, from its last checkpoint')
    .argument('<run>', 'id, number, or the beginning of an id')
    .addHelpText('after', '\nExample:\n  hrm-lab resume 3')
    .action(act(resume))
}

const shortcuts = (command: Command): Command =>
  command
    .option('--epochs <n>', 'shortcut for --set training.epochs=n', positiveInteger)
    .option('--train-limit <n>', 'train on n images only, chosen by the seed', positiveInteger)
    .addOption(new Option('--author-metrics', 'repeat the author’s extra pass over every batch (slower)'))
    .addOption(new Option('--mode <mode>', 'how steps are run (default: the fastest here)').choices(modeChoices))
    .addOption(
      new Option('--precision <precision>', 'of matrix products and convolutions (default: float32)').choices(
        precisions,
      ),
    )

/** Shortcuts as assignments. */
export const shortcutAssignments = (
  options: Pick<TrainOptions, 'epochs' | 'trainLimit' | 'authorMetrics' | 'mode' | 'precision'>,
): string[] => [
  ...(options.epochs ? [`training.epochs=${options.epochs}`] : []),
  ...(options.trainLimit ? [`training.trainLimit=${options.trainLimit}`] : []),
  ...(options.authorMetrics ? ['training.authorMetrics=true'] : []),
  ...(options.mode ? [`training.mode=${options.mode}`] : []),
  ...(options.precision ? [`training.precision=${options.precision}`] : []),
]

function listPresets(context: Context): void {
  const rows = presets.map((p) => [p.name, p.data ?? 'any', formatCount(p.parameters), p.title])
  const columns = [{ head: 'preset' }, { head: 'data' }, { head: 'parameters', align: 'right' as const }, { head: '' }]
  context.print(presets, table(columns, rows))
}

async function train(context: Context, options: TrainOptions): Promise<void> {
  const configuration = await configureInLab(context, {
    preset: options.preset,
    file: options.config,
    assignments: [...options.set, ...shortcutAssignments(options)],
  })
  const dataSet = chosenData(context, options)
  const ids = await trainNew(context, {
    name: options.name ?? options.preset,
    configuration,
    dataSet,
    seeds: options.seed ?? [configuration.training.seed],
  })
  const ended = ids.map((id) => runSummary(context.reader, context.reader.store.runs.get(id)))
  context.print(
    ended.map((s) => s.value),
    ended.map((s) => s.text).join('\n'),
  )
}

function chosenData(context: Context, options: TrainOptions) {
  if (options.data !== undefined) return context.reader.dataSets.get(options.data)
  const { data } = findPreset(options.preset)
  const known = context.reader.dataSets.findKnown(data)
  if (data && known) return known
  throw new LabError(
    'bad-input',
    data
      ? `The data set ${data} of preset ${options.preset} is not imported.`
      : `Preset ${options.preset} needs a data set.`,
    'Name one with --data; `hrm-lab datasets` lists them, `hrm-lab import PATH` makes one.',
  )
}

async function resume(context: Context, reference: string): Promise<void> {
  await context.windowLab()
  const { id } = context.reader.store.runs.get(reference)
  await goOn(context, id)
  const summary = runSummary(context.reader, context.reader.store.runs.get(id))
  context.print(summary.value, summary.text)
}

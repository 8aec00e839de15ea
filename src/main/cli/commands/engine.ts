import { type Command, Option } from 'commander'
import { formatBytes } from '../../../shared/charts/format'
import { LabError } from '../../../shared/errors'
import { bfloat16Words, type ExecutionMode, executionModes } from '../../../shared/experiment/engine-info'
import { describeEngine, repairEngine } from '../../lab/engine/open-engine'
import type { Context } from '../context'
import type { Act } from '../index'
import { table } from '../output/table'
import { withEngine } from '../training'

/** engine, verify-vectors. */
export function registerEngineCommands(program: Command, act: Act): void {
  program
    .command('engine')
    .description('tell what runs the training, and why')
    .option('--repair', 'check every byte of the engine, fetch what is damaged, build and test it anew')
    .addHelpText('after', '\nExample:\n  hrm-lab engine --repair')
    .action(act(tellEngine))
  program
    .command('verify-vectors')
    .description('compare the models with golden vectors (safetensors), number by number')
    .argument('<file...>')
    .addOption(new Option('--mode <mode>', 'how steps are run').choices(executionModes).default('eager'))
    .addHelpText('after', '\nExample:\n  hrm-lab verify-vectors tests/vectors/*.safetensors')
    .action(act(verifyVectors))
}

async function tellEngine(context: Context, options: { repair?: boolean }): Promise<void> {
  const kind = context.options.engine ?? 'auto'
  if (options.repair) await repairEngine(kind, (share, detail) => context.progress.update(share, detail))
  const engine = await describeEngine(kind)
  const rows: [string, string][] = [
    ['engine', `${engine.kind} (${engine.why})`],
    ['ready', engine.ready ? 'yes' : `no: ${engine.problem}${engine.hint ? ` ${engine.hint}` : ''}`],
    ['TensorFlow', engine.tensorflow ?? '–'],
    [
      'binding',
      engine.tfjs ? `tfjs-node-gpu ${engine.tfjs}, Node-API ${engine.napi}, ${engine.compiler ?? 'not built'}` : '–',
    ],
    ['device', `${engine.device}, ${engine.cores} cores, ${formatBytes(engine.memoryBytes)}`],
    ['driver', engine.driver ?? 'no NVIDIA driver'],
    [
      'speed',
      engine.gflops === null ? '–' : `${engine.gflops.toFixed(0)} GFLOP/s (float32 matrix product, measured at set-up)`,
    ],
    ['bfloat16', engine.bfloat16 ?? `can be used (--precision bfloat16)${bfloat16Words(engine)}`],
    ['cache', engine.cacheFolder],
  ]
  context.print(engine, table([{ head: '' }, { head: '' }], rows).trimStart())
}

async function verifyVectors(
  context: Context,
  files: readonly string[],
  { mode }: { readonly mode: ExecutionMode },
): Promise<void> {
  const results = await withEngine(context, null, async (engine, info) => {
    // As a run of that mode has it; models whose images cannot be parted ignore it.
    if (mode === 'graph' && info.device === 'CPU') await engine.arrange(info.threads)
    const made = []
    for (const file of files) made.push({ file, groups: await engine.request({ kind: 'verify-vectors', file, mode }) })
    return made
  })
  const right = { align: 'right' as const }
  const columns = [
    { head: 'group' },
    { head: 'tensors', ...right },
    { head: 'worst', ...right },
    { head: 'allowed', ...right },
    { head: 'unit' },
    { head: 'worst tensor' },
  ]
  const text = results.map(({ file, groups }) => {
    const rows = groups.map((g) => [
      g.group,
      String(g.tensors),
      g.worst.toExponential(2),
      String(g.tolerance),
      g.unit,
      g.worstTensor,
    ])
    return `${file}\n${table(columns, rows)}\n`
  })
  context.print(results, text.join('\n'))
  const over = results.flatMap(({ file, groups }) =>
    groups.filter((g) => !(g.worst <= g.tolerance)).map((g) => `${g.group} of ${file}`),
  )
  if (over.length > 0) throw new LabError('numerics', `Over tolerance: ${over.join(', ')}.`)
}

import { constants } from 'node:os'
import { Command, CommanderError, Option } from 'commander'
import { LabError } from '../../shared/errors'
import { packageInfo } from '../lab/package-root'
import { positiveInteger } from './arguments'
import { registerBundleCommands } from './commands/bundles'
import { registerDataSetCommands } from './commands/datasets'
import { registerEngineCommands } from './commands/engine'
import { registerExportCommands } from './commands/export'
import { registerFigureCommand } from './commands/figures'
import { registerHomeCommands } from './commands/home'
import { registerNotebookCommand } from './commands/notebook'
import { registerRunCommands } from './commands/runs'
import { registerServeCommand } from './commands/serve'
import { registerTrainCommands } from './commands/train'
import { Context, type GlobalOptions } from './context'
import { Interrupted } from './interrupt'

/** What a command's action is given besides its own arguments. */
export type Act = <A extends unknown[]>(
  action: (context: Context, ...rest: A) => Promise<void> | void,
) => (...rest: A) => Promise<void>

/**
 * Exit codes: 0 done · 1 an error a person can act on, or a defect · 2 the call itself is wrong · 130 interrupted.
 */
async function main(argv: readonly string[]): Promise<number> {
  const program = new Command('hrm-lab')
    .description('A lab for small-image classification: the Hierarchical Reasoning Model beside a plain CNN.')
    .version(packageInfo().version)
    .option(
      '--home <folder>',
      'the lab’s folder (else HRM_LAB_HOME, else where it was moved, else the platform’s data folder)',
    )
    .option('--json', 'results as JSON, for programs')
    .addOption(new Option('--engine <kind>', 'native engine').choices(['cpu', 'cuda', 'auto']).default('auto'))
    .addOption(
      new Option(
        '--backend <name>',
        'tensorflow: native; cpu: plain JavaScript, hundreds of times slower, for trying things without the engine',
      )
        .choices(['tensorflow', 'cpu'])
        .default('tensorflow'),
    )
    .option('--threads <n>', 'threads of the engine (default: all cores)', positiveInteger)
    .enablePositionalOptions(false)
    .showHelpAfterError('(hrm-lab --help tells more)')
    .exitOverride()
  let context: Context | null = null
  const act: Act =
    (action) =>
    async (...rest) => {
      context = new Context(program.opts<GlobalOptions>())
      await action(context, ...rest)
    }
  for (const register of [
    registerEngineCommands,
    registerDataSetCommands,
    registerTrainCommands,
    registerRunCommands,
    registerExportCommands,
    registerFigureCommand,
    registerBundleCommands,
    registerHomeCommands,
    registerNotebookCommand,
    registerServeCommand,
  ])
    register(program, act)
  for (const command of program.commands)
    command.exitOverride().showHelpAfterError('(hrm-lab ' + command.name() + ' --help tells more)')
  try {
    await program.parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    return exitCode(error, (context as Context | null)?.options.json === true)
  } finally {
    ;(context as Context | null)?.close()
  }
}

function exitCode(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
  if (error instanceof Interrupted) {
    if (error.message) process.stderr.write(`${error.message}\n`)
    return 128 + constants.signals.SIGINT
  }
  if (error instanceof LabError) {
    if (json)
      process.stdout.write(
        `${JSON.stringify({ error: { kind: error.kind, message: error.message, hint: error.hint } })}\n`,
      )
    process.stderr.write(`hrm-lab: ${error.message}\n${error.hint ? `  ${error.hint}\n` : ''}`)
    return 1
  }
  process.stderr.write(
    `hrm-lab: a defect in the lab: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
  )
  return 1
}

// A reader that closes its end (`hrm-lab runs | head`) is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
  throw error
})
process.exitCode = await main(process.argv.slice(2))

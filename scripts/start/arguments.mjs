/** Commands that train or compute, so cannot go on without the engine. `engine` describes or repairs it itself. */
const NEED_ENGINE = new Set(['train', 'reproduce', 'resume', 'classify', 'verify-vectors'])
/** Arguments that only print something. */
const ONLY_PRINT = new Set(['--help', '-h', '--version', '-V', 'help'])
const CHOICES = /** @type {const} */ (['auto', 'cpu', 'cuda'])

/**
 * What the start must know of the command's arguments; the command line itself checks them all.
 * @typedef {object} Wanted
 * @property {import('../engine-setup/index.mjs').EngineChoice} engine `--engine`; auto when absent or misspelt
 * @property {'required' | 'useful' | 'none'} need useful: set up now, but a failure must not keep the command from running
 */

/**
 * @param {string[]} args
 * @returns {Wanted}
 */
export function readArguments(args) {
  const at = args.findIndex((arg) => arg === '--engine' || arg.startsWith('--engine='))
  const given = at < 0 ? 'auto' : args[at]?.includes('=') ? args[at].slice('--engine='.length) : args[at + 1]
  const engine = CHOICES.find((choice) => choice === given) ?? 'auto'
  return { engine, need: needOf(args) }
}

/** Options before the command that take a value, which is not the command. */
const WITH_VALUE = new Set(['--home', '--engine', '--backend', '--threads'])

/** @param {string[]} args @returns {string | undefined} */
const commandOf = (args) => args.find((arg, i) => !arg.startsWith('-') && !WITH_VALUE.has(args[i - 1] ?? ''))

/** Whether the window is wanted: there is no command, and nothing that only prints. @param {string[]} args */
export const wantsWindow = (args) => commandOf(args) === undefined && !args.some((arg) => ONLY_PRINT.has(arg))

/** @param {string[]} args @returns {Wanted['need']} */
function needOf(args) {
  const plain = args.some((arg, i) => arg === '--backend=cpu' || (arg === '--backend' && args[i + 1] === 'cpu'))
  if (plain || args.some((arg) => ONLY_PRINT.has(arg))) return 'none'
  const command = commandOf(args)
  if (command === 'engine') return args.includes('--repair') ? 'none' : 'useful'
  return command !== undefined && NEED_ENGINE.has(command) ? 'required' : 'useful'
}

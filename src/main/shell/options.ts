import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { LabError } from '../../shared/errors'
import { openHome } from '../lab/home/home'
import { readLocation, standardFolder } from '../lab/home/location'
import type { EngineOptions } from '../lab/engine/open-engine'

/** What a person says when they start the window; the names are the command line's. */
export interface WindowOptions extends Pick<EngineOptions, 'kind' | 'backend' | 'threads'> {
  readonly home: string | undefined
  /** What is no option, in order: the app's folder where it is not packaged, files to open. */
  readonly words: readonly string[]
}

const engines = ['auto', 'cpu', 'cuda'] as const
const backends = ['tensorflow', 'cpu'] as const

/**
 * Reads the arguments of the window's start. Others are Chromium's or a debugger's, and left alone.
 * @param argv as process.argv: the program, the app's folder where it is not packaged, then the rest
 * @throws LabError 'bad-input' naming the option and its choices
 */
export function readOptions(argv: readonly string[]): WindowOptions {
  const { values, positionals } = parseArgs({
    args: argv.slice(1),
    strict: false,
    allowPositionals: true,
    options: Object.fromEntries(['home', 'engine', 'backend', 'threads'].map((name) => [name, { type: 'string' }])),
  })
  const text = (name: string): string | undefined => {
    const value = values[name]
    if (value === true || value === '') throw new LabError('bad-input', `--${name} needs a value.`)
    return typeof value === 'string' ? value : undefined
  }
  const threads = text('threads')
  if (threads !== undefined && !/^[1-9]\d{0,3}$/.test(threads))
    throw new LabError('bad-input', `--threads ${threads}: it must be a whole number from 1.`)
  return {
    home: text('home'),
    kind: oneOf(engines, '--engine', text('engine')) ?? 'auto',
    backend: oneOf(backends, '--backend', text('backend')) ?? 'tensorflow',
    threads: threads === undefined ? null : Number(threads),
    words: positionals,
  }
}

function oneOf<Choice extends string>(choices: readonly Choice[], option: string, given: string | undefined) {
  const choice = choices.find((candidate) => candidate === given)
  if (given !== undefined && choice === undefined)
    throw new LabError('bad-input', `${option} ${given}: it must be one of ${choices.join(', ')}.`)
  return choice
}

/**
 * What tells a lab's profile from others. The person's own lab, which may be moved while it is open, is always the same; a folder
 * that was named is told by its path.
 * @param chosen from --home
 * @throws LabError 'not-found' when the lab was moved and is not there, 'storage'
 */
export function profileName(chosen: string | undefined): string {
  const { folder } = openHome(chosen, true)
  // A damaged location keeps nobody from a lab that was named.
  const own = chosen === undefined && process.env['HRM_LAB_HOME'] === undefined ? folder : ownFolder()
  return folder === own ? 'own' : folder
}

/** Where the person's own lab lies; null when nobody can say. */
function ownFolder(): string | null {
  try {
    return readLocation()?.home ?? standardFolder()
  } catch {
    return null
  }
}

/**
 * Folder of what Chromium and the window keep. Each lab has its own, since Electron's lock of the single instance lies
 * there: two labs can be open side by side, one lab only once.
 * @param appData the system's folder for such things
 * @param name see {@link profileName}
 */
export const profileFolder = (appData: string, name: string): string =>
  join(appData, 'hrm-lab', `window-${createHash('sha256').update(name).digest('hex').slice(0, 12)}`)

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from '../engine-setup/errors.mjs'
import { nodeBinary } from '../engine-setup/paths.mjs'
import { formatSeconds } from '../engine-setup/report.mjs'
import { runQuietly } from './packages.mjs'

/** What the bundles are made of. */
const SOURCES = [
  'src',
  'scripts/engine-setup',
  'electron.vite.config.ts',
  'svelte.config.mjs',
  'tsconfig.json',
  'package.json',
  'package-lock.json',
]
/** Written when a build has ended well: what it was made of. */
const STAMP = join('out', '.built-from')

/**
 * A hash over names, sizes and modification times of all sources.
 * @param {string} root
 * @returns {string}
 */
export function sourcesStamp(root) {
  const hash = createHash('sha256')
  /** @param {string} path relative to root */
  const visit = (path) => {
    const stats = statSync(join(root, path), { throwIfNoEntry: false })
    if (stats?.isDirectory()) for (const name of readdirSync(join(root, path)).sort()) visit(`${path}/${name}`)
    // Tests are not part of any bundle.
    else if (stats && !path.endsWith('.test.ts')) hash.update(`${path}\0${stats.size}\0${stats.mtimeMs}\n`)
  }
  for (const source of SOURCES) visit(source)
  return hash.digest('hex')
}

/** Whether out/ was made of the sources as they are. @param {string} root */
export function built(root) {
  const stamp = join(root, STAMP)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === sourcesStamp(root)
}

/**
 * Builds the bundles when a source changed since the last build that ended well.
 * @param {string} root
 * @param {ReturnType<typeof import('../engine-setup/report.mjs').createReporter>} reporter
 * @param {AbortSignal} signal
 * @throws {SetupError} when the build fails; its own words went to stderr
 */
export async function buildBundles(root, reporter, signal) {
  if (built(root)) return
  const stamp = sourcesStamp(root)
  const start = Date.now()
  reporter.line('Building …')
  rmSync(join(root, STAMP), { force: true })
  const builder = join(root, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js')
  const code = await runQuietly(nodeBinary(root), [builder, 'build', '--logLevel', 'error'], root, signal)
  if (code !== 0) throw new SetupError(`The build ended with status ${code}.`, 'Its own words stand above.')
  mkdirSync(join(root, 'out'), { recursive: true })
  writeFileSync(join(root, STAMP), stamp)
  reporter.line(`Built in ${formatSeconds((Date.now() - start) / 1000)}.`)
}

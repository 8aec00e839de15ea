/**
 * `npm run bench -- [engine|import|store|window|resident|beside|first-step|inside|growth|peers|epoch] [options]`: benchmarks, one, or
 * the first four; the others are long; `peers` installs PyTorch and JAX in the lab's cache when first used. `window` and `beside` need a Chrome or Chromium and the built window (`npm run build`).
 * `--json` prints JSON, `--out FILE` writes it to a file as well. Needs the packages (`npm start` or `npm test` brings
 * them); sets up the engine when it must.
 */
import { spawnSync } from 'node:child_process'
import { setUpEngine } from './engine-setup/index.mjs'
import { nodeBinary, packageRoot } from './engine-setup/paths.mjs'
import { createReporter } from './engine-setup/report.mjs'

const all = ['engine', 'import', 'store', 'window']
const known = [...all, 'resident', 'beside', 'first-step', 'inside', 'growth', 'peers', 'epoch']
const [first, ...rest] = process.argv.slice(2)
if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(`npm run bench -- [${known.join(' | ')}] [--json] [--out FILE]
Without a name: ${all.join(', ')}. What each measures, how long it takes and its options: CONTRIBUTING.md.`)
  process.exit(0)
}
const named = first !== undefined && !first.startsWith('-')
if (named && !known.includes(first)) {
  console.error(`There is no benchmark ${first}. There are: ${known.join(', ')}.`)
  process.exit(2)
}
const names = named ? [first] : all
const options = named ? rest : process.argv.slice(2)

process.chdir(packageRoot())
for (const name of names) {
  if (name === 'beside' || name === 'epoch') await engine() // for the lab that it starts
  const binding = ['engine', 'resident', 'first-step', 'inside', 'growth', 'peers'].includes(name)
    ? ['--binding', await engine()]
    : []
  const script = ['--import', './scripts/resolve-ts.mjs', `bench/${name}.ts`, ...binding, ...options]
  const { status } = spawnSync(nodeBinary(), script, { stdio: 'inherit' })
  if (status !== 0) process.exitCode = status ?? 1
}

/** @returns {Promise<string>} path of the binding */
async function engine() {
  const reporter = createReporter(process.stderr)
  try {
    return (await setUpEngine({ onProgress: reporter.update })).path
  } finally {
    reporter.close()
  }
}

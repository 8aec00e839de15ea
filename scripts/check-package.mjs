/**
 * `npm run check:package [-- tarball|application]`. Tarball: packs the lab, installs it with `npm i -g` into a prefix and a home of
 * its own, and fails unless the installed `hrm-lab` serves its window and trains a short run, with the engine of this
 * person's cache. Application: builds what `npm run package` makes, unpacked, and runs its tests (tests/package).
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cacheFolder, nodeBinary, packageRoot } from './engine-setup/paths.mjs'
import { createReporter } from './engine-setup/report.mjs'
import { provideBrowser } from './test/browser.mjs'

/** Milliseconds for the window's link to be printed. */
const LINK_TIMEOUT = 120_000
const windows = process.platform === 'win32'

/** @param {string} program @param {string[]} args @param {NodeJS.ProcessEnv} env */
function run(program, args, env) {
  const { status, error } = spawnSync(program, args, { cwd: packageRoot(), env, stdio: 'inherit', shell: windows })
  if (error) throw error
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with status ${status}`)
}

/**
 * The link that `hrm-lab serve` prints.
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<string>}
 */
function linkOf(child) {
  return new Promise((resolve, reject) => {
    let said = ''
    const late = setTimeout(() => reject(new Error(`no link was printed: ${said}`)), LINK_TIMEOUT)
    const read = (/** @type {Buffer} */ text) => {
      said += text
      const link = /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(said)?.[0]
      if (!link) return
      clearTimeout(late)
      resolve(link)
    }
    child.stdout?.on('data', read)
    child.stderr?.on('data', read)
    child.on('error', reject)
    child.on('exit', (code) => reject(new Error(`serve ended with status ${code}: ${said}`)))
  })
}

/** Serves, follows the link with its cookie and reads the window's page. @param {string} lab @param {NodeJS.ProcessEnv} env */
async function checkWindow(lab, env) {
  const child = spawn(lab, ['serve', '--no-open', '--port', '0'], { env, shell: windows })
  const ended = new Promise((resolve) => child.once('close', resolve))
  try {
    const link = await linkOf(child)
    const first = await fetch(link, { redirect: 'manual' })
    const cookie = first.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ')
    const page = await fetch(new URL('/', link), { headers: { cookie } })
    const text = await page.text()
    const script = /src="([^"]+\.js)"/.exec(text)?.[1]
    if (!page.ok || !script) throw new Error(`the window answered ${page.status}: ${text.slice(0, 200)}`)
    const bundle = await fetch(new URL(script, link), { headers: { cookie } })
    if (!bundle.ok) throw new Error(`the window's script answered ${bundle.status}`)
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

async function checkTarball() {
  const work = mkdtempSync(join(tmpdir(), 'hrm-lab-package-'))
  try {
    const cache = cacheFolder()
    const home = join(work, 'home')
    const prefix = join(work, 'prefix')
    for (const folder of [home, prefix]) mkdirSync(folder)
    run('npm', ['run', 'build'], process.env)
    run('npm', ['pack', '--ignore-scripts', '--pack-destination', work], process.env)
    const tarball = readdirSync(work).find((name) => name.endsWith('.tgz'))
    if (!tarball) throw new Error('npm pack made no tarball')
    run('npm', ['install', '--global', '--ignore-scripts', '--prefix', prefix, join(work, tarball)], process.env)
    const env = { ...process.env, HOME: home, USERPROFILE: home, HRM_LAB_HOME: join(home, 'lab'), HRM_LAB_CACHE: cache }
    const lab = windows ? join(prefix, 'hrm-lab.cmd') : join(prefix, 'bin', 'hrm-lab')
    await checkWindow(lab, env)
    run(lab, ['reproduce', 'cnn-mnist', '--epochs', '1', '--train-limit', '256'], env)
    console.log('The installed package serves its window and trains.')
  } finally {
    rmSync(work, { recursive: true, force: true })
  }
}

async function checkApplication() {
  const root = packageRoot()
  const reporter = createReporter(process.stderr)
  const signal = new AbortController().signal
  /** @type {string} */
  let browser
  try {
    browser = await provideBrowser(reporter, signal)
  } finally {
    reporter.close()
  }
  run('npm', ['run', 'package', '--', '--dir'], process.env)
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  run(nodeBinary(root), [vitest, 'run', '--project', 'package'], { ...process.env, HRM_LAB_BROWSER: browser })
  console.log('The packaged application shows its window and trains.')
}

const [only] = process.argv.slice(2)
if (only !== 'application') await checkTarball()
if (only !== 'tarball') await checkApplication()

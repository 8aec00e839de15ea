/**
 * `npm run package [-- --dir]`: the application for this platform, by electron-builder, in out/package. With its engine inside:
 * who installs it needs no compiler and no Python. Where Electron's binary cannot be had, everything but it is built. How: docs/packaging.md.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SetupError } from './engine-setup/errors.mjs'
import { setUpEngine } from './engine-setup/index.mjs'
import { engineFolder } from './engine-setup/install.mjs'
import { cacheFolder, packageRoot } from './engine-setup/paths.mjs'
import { planFor } from './engine-setup/recipe.mjs'
import { createReporter } from './engine-setup/report.mjs'
import { configuration } from './package/configuration.mjs'
import { electronDistribution } from './package/electron-distribution.mjs'
import { installPackages } from './start/packages.mjs'
import { prepareClone } from './start/prepare.mjs'

/**
 * What is used of electron-builder, which is not among the lab's own packages.
 * @typedef {object} Builder
 * @property {(options: {projectDir: string, targets?: unknown, config: object}) => Promise<string[]>} build
 * @property {{current(): {createTarget(targets: string[]): unknown}}} Platform
 */

/** Side of the icon that all others are made of, px. */
const ICON = 1024

const root = packageRoot()
const output = join(root, 'out', 'package')
const work = join(root, 'out', 'packaging')
const reporter = createReporter(process.stderr)
const signal = new AbortController().signal

/** electron-builder, installed beside the lab's packages when its lock changed. @returns {Promise<Builder>} */
async function provideBuilder() {
  const folder = join(root, 'scripts', 'package')
  await installPackages(folder, reporter, signal)
  const file = createRequire(join(folder, 'package.json')).resolve('electron-builder')
  return import(pathToFileURL(file).href)
}

/** Draws the window's icon as a PNG. @param {string} folder */
async function drawIcon(folder) {
  // Not by an import: this file runs before packages are installed.
  /** @type {typeof import('sharp').default} */
  const sharp = createRequire(join(root, 'package.json'))('sharp')
  const svg = join(root, 'src', 'renderer', 'public', 'icon.svg')
  await sharp(svg, { density: 72 * (ICON / 16) })
    .resize(ICON, ICON)
    .png()
    .toFile(join(folder, 'icon.png'))
}

async function main() {
  const onlyTree = process.argv.includes('--dir')
  await prepareClone(reporter, signal)
  await setUpEngine({ kind: 'cpu', onProgress: reporter.update, signal })
  const { build, Platform } = await provideBuilder()
  for (const folder of [output, work]) rmSync(folder, { recursive: true, force: true })
  const buildResources = join(work, 'resources')
  mkdirSync(buildResources, { recursive: true })
  await drawIcon(buildResources)
  const electron = await electronDistribution({ root, work, show: (text) => reporter.line(text), signal })
  const plan = planFor('cpu')
  const engine = { folder: engineFolder(cacheFolder(), plan), key: plan.key }
  const targets = onlyTree || electron.missing ? Platform.current().createTarget(['dir']) : undefined
  const made = await build({
    projectDir: root,
    ...(targets ? { targets } : {}),
    config: configuration({ output, buildResources, engine, electron }),
  })
  rmSync(work, { recursive: true, force: true })
  for (const file of made) console.log(file)
  if (!electron.missing) return console.log(`The application is in ${output}.`)
  console.log(
    `Built without Electron's binary (${electron.missing}): ${output} holds the rest, unpacked; no installer was made.`,
  )
  console.log('Fetch the binary with npx install-electron, or name one in HRM_LAB_ELECTRON, and run this again.')
}

try {
  await main()
} catch (error) {
  if (!(error instanceof SetupError)) throw error
  console.error(error.message)
  if (error.hint) console.error(error.hint)
  process.exitCode = 1
} finally {
  reporter.close()
}

import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { bindingFile, compileBinding } from './compile.mjs'
import { explainFileError, SetupError } from './errors.mjs'
import { exclusively } from './mutex.mjs'
import { runSelfTest } from './run-self-test.mjs'
import { isUnpacked, unpackWheels } from './unpack.mjs'
import { obtainWheel } from './wheels.mjs'

/**
 * Where a set-up is. `done` of `total` are bytes where both are numbers.
 * @typedef {object} SetupProgress
 * @property {'wait' | 'fetch' | 'unpack' | 'compile' | 'self-test'} step
 * @property {string} detail
 * @property {number | null} done
 * @property {number | null} total
 *
 * A record of what was installed, kept in the engine's folder; its presence says that the folder is whole.
 * @typedef {object} Installed
 * @property {import('./recipe.mjs').EngineKind} kind
 * @property {string} tensorflow
 * @property {string} tfjs
 * @property {number} napi
 * @property {string} compiler
 * @property {string} builtAt ISO 8601
 * @property {import('./run-self-test.mjs').SelfTest} selfTest
 * @property {string} [folder] where it lies, when not in the folder of this record: in an installed application
 *
 * The steps that run native programs; tests put harmless ones in their place.
 * @typedef {object} Tools
 * @property {typeof compileBinding} compile
 * @property {typeof runSelfTest} selfTest
 *
 * @typedef {object} InstallOptions
 * @property {string} cache folder that holds engines
 * @property {string | null} wheelsFolder where wheels are taken from, in place of pip
 * @property {(progress: SetupProgress) => void} onProgress
 * @property {AbortSignal | undefined} signal
 * @property {string | null} [bundled] a folder of engines that came with the application, built as the cache is
 * @property {boolean} [rebuild] check every byte, compile and test anew, fetching only what is damaged
 * @property {Tools} [tools]
 */

const RECORD = 'installed.json'
/** Wheels and compilers wait here, in the unfinished engine's folder, until it is whole. */
const WORK = 'work'

/**
 * Where an engine is set up.
 * @param {string} cache @param {import('./recipe.mjs').EnginePlan} plan
 */
export function engineFolder(cache, plan) {
  return join(cache, 'engine', plan.key)
}

/**
 * What is installed, or null: only whole engines have a record.
 * @param {string} cache @param {import('./recipe.mjs').EnginePlan} plan
 * @returns {Installed | null}
 */
export function readInstalled(cache, plan) {
  const file = join(engineFolder(cache, plan), RECORD)
  if (!existsSync(file)) return null
  const installed = JSON.parse(readFileSync(file, 'utf8'))
  return existsSync(bindingPath(cache, plan, installed)) ? installed : null
}

/**
 * The file to load.
 * @param {string} cache @param {import('./recipe.mjs').EnginePlan} plan @param {Installed} installed
 */
export function bindingPath(cache, plan, { folder = engineFolder(cache, plan) }) {
  return join(folder, bindingFile(plan))
}

/** @param {string} folder @param {Installed} record */
export function writeRecord(folder, record) {
  const temporary = join(folder, `${RECORD}.${process.pid}.tmp`)
  writeFileSync(temporary, JSON.stringify(record, null, 2) + '\n', { flush: true })
  renameSync(temporary, join(folder, RECORD))
}

/**
 * Sets up one engine: fetch, verify, unpack, compile, self-test. It grows in a `.partial` folder and is renamed when whole;
 * a killed set-up leaves what it had finished there, and the next one goes on from it. Only one process at a time works on it.
 * @param {import('./recipe.mjs').EnginePlan} plan
 * @param {InstallOptions} options
 * @returns {Promise<Installed>}
 * @throws {SetupError} when something is missing, damaged or out of room
 */
export async function install(plan, options) {
  const { cache, onProgress, signal, rebuild = false } = options
  const installed = readInstalled(cache, plan)
  if (installed && !rebuild) return installed
  const folder = engineFolder(cache, plan)
  /** @param {number} pid */
  const onWait = (pid) =>
    onProgress({
      step: 'wait',
      detail: `another start (process ${pid}) is setting up the engine`,
      done: null,
      total: null,
    })
  try {
    return await exclusively(
      `${folder}.lock`,
      async (held) => {
        const meanwhile = readInstalled(cache, plan)
        if (meanwhile && !rebuild) return meanwhile
        const taken = rebuild ? null : await adopt(plan, folder, { ...options, signal: held })
        return taken ?? build(plan, folder, { ...options, signal: held })
      },
      { onWait, signal },
    )
  } catch (cause) {
    throw explainFileError(cause, folder)
  }
}

/**
 * Takes the engine that came with the application: it stays where it is, and only the record, with how fast it is on this
 * machine, goes into the cache.
 * @param {import('./recipe.mjs').EnginePlan} plan @param {string} folder of the record @param {InstallOptions} options
 * @returns {Promise<Installed | null>} null: none came along
 */
async function adopt(plan, folder, { bundled = null, onProgress, signal, tools }) {
  const packed = bundled === null ? null : readInstalled(bundled, plan)
  if (bundled === null || packed === null) return null
  const { selfTest } = tools ?? { selfTest: runSelfTest }
  onProgress({ step: 'self-test', detail: 'multiplying matrices', done: null, total: null })
  const tested = await selfTest(bindingPath(bundled, plan, packed), { kind: plan.kind, signal })
  const record = { ...packed, selfTest: tested, folder: engineFolder(bundled, plan) }
  mkdirSync(folder, { recursive: true })
  writeRecord(folder, record)
  return record
}

/**
 * @param {import('./recipe.mjs').EnginePlan} plan @param {string} folder @param {InstallOptions} options
 * @returns {Promise<Installed>}
 */
async function build(plan, folder, options) {
  const { onProgress, signal, rebuild = false } = options
  const { compile, selfTest } = options.tools ?? { compile: compileBinding, selfTest: runSelfTest }
  const stage = `${folder}.partial`
  if (existsSync(folder)) {
    // To be rebuilt, or without its record: either way it becomes what is worked on.
    rmSync(stage, { recursive: true, force: true })
    rmSync(join(folder, RECORD), { force: true })
    renameSync(folder, stage)
  }
  const work = join(stage, WORK)
  mkdirSync(work, { recursive: true })
  if (!(await isUnpacked(plan.recipe, stage, { contents: rebuild }))) await fetchAndUnpack(plan, stage, options)

  /** @type {import('./compile.mjs').CompileOptions['onStep']} */
  const onStep = (detail, done, total) => onProgress({ step: 'compile', detail, done, total })
  const compiler = await compile(plan, stage, { work, wheelsFolder: options.wheelsFolder, signal, onStep })
  onProgress({ step: 'self-test', detail: 'multiplying matrices', done: null, total: null })
  const tested = await selfTest(join(stage, bindingFile(plan)), { kind: plan.kind, signal })
  rmSync(work, { recursive: true, force: true })
  const { kind, tensorflow, tfjs, napi } = plan
  /** @type {Installed} */
  const record = { kind, tensorflow, tfjs, napi, compiler, builtAt: new Date().toISOString(), selfTest: tested }
  writeRecord(stage, record)
  renameSync(stage, folder)
  return record
}

/**
 * @param {import('./recipe.mjs').EnginePlan} plan @param {string} stage @param {InstallOptions} options
 */
async function fetchAndUnpack(plan, stage, { wheelsFolder, onProgress, signal }) {
  const { recipe } = plan
  const total = recipe.wheels.reduce((sum, wheel) => sum + wheel.bytes, 0)
  await requireRoom(stage, recipe.unpackedBytes + (wheelsFolder === null ? total : 0))
  const paths = []
  let before = 0
  for (const [index, wheel] of recipe.wheels.entries()) {
    const count = recipe.wheels.length > 1 ? ` (${index + 1} of ${recipe.wheels.length})` : ''
    const detail = `${wheel.name} ${wheel.version}${count}`
    const onBytes = (/** @type {number} */ bytes) => onProgress({ step: 'fetch', detail, done: before + bytes, total })
    onBytes(0)
    paths.push(await obtainWheel(wheel, { folder: join(stage, WORK, 'wheels'), wheelsFolder, onBytes, signal }))
    before += wheel.bytes
  }
  const onBytes = (/** @type {number} */ done) =>
    onProgress({ step: 'unpack', detail: 'libraries and headers', done, total: recipe.unpackedBytes })
  onBytes(0)
  await unpackWheels(recipe, paths, stage, { onBytes, signal })
}

/** @param {string} folder @param {number} bytes */
async function requireRoom(folder, bytes) {
  const { bavail, bsize } = await statfs(folder)
  if (bavail * bsize >= bytes) return
  const gigabytes = (/** @type {number} */ value) => (value / 1e9).toFixed(1)
  throw new SetupError(
    `The engine needs ${gigabytes(bytes)} GB in ${folder}, and ${gigabytes(bavail * bsize)} GB are free.`,
    'Free some room, or put the cache on another disk with HRM_LAB_CACHE.',
  )
}

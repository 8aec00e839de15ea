/**
 * The native engine's set-up, shared by the scripts, the command line and the window. How it works: docs/engine.md.
 *
 * @typedef {import('./recipe.mjs').EngineKind} EngineKind
 * @typedef {EngineKind | 'auto'} EngineChoice `auto`: CUDA where there is an NVIDIA driver, else CPU
 * @typedef {import('./install.mjs').SetupProgress} SetupProgress
 */
import { availableParallelism, cpus, totalmem } from 'node:os'
import { resolve } from 'node:path'
import { bfloat16Problem } from './bfloat16.mjs'
import { SetupError } from './errors.mjs'
import { detectGpu, driverVersion, queryGpu } from './gpu.mjs'
import { bindingPath, engineFolder, install, readInstalled, writeRecord } from './install.mjs'
import { bundledEngines, cacheFolder } from './paths.mjs'
import { planFor } from './recipe.mjs'
import { runSelfTest } from './run-self-test.mjs'

export { bfloat16Problem } from './bfloat16.mjs'
export { SetupError } from './errors.mjs'

/**
 * A binding that can be loaded. Whoever loads a `cuda` one must refuse to go on if TensorFlow then reports no GPU.
 * @typedef {object} Binding
 * @property {string} path of tfjs_binding.node
 * @property {EngineKind} kind
 * @property {string} tensorflow version
 *
 * @typedef {object} SetupOptions
 * @property {EngineChoice} [kind]
 * @property {(progress: SetupProgress) => void} [onProgress]
 * @property {AbortSignal | undefined} [signal]
 * @property {(problem: SetupError) => Promise<boolean>} [confirmCpu] asked when a GPU is wanted but cannot be used: whether
 *   to go on with the CPU. Without it the problem is thrown.
 */

/** @param {EngineChoice} choice @returns {EngineKind} */
function kindFor(choice) {
  if (choice !== 'auto') return choice
  return detectGpu().driver ? 'cuda' : 'cpu'
}

/** A folder of wheels to use in place of pip, or null. */
const wheelsFolder = () => (process.env['HRM_LAB_WHEELS'] ? resolve(process.env['HRM_LAB_WHEELS']) : null)

/**
 * Makes sure that the engine is installed and works, and says where it is. Quick when there is nothing to do.
 * @param {SetupOptions} [options]
 * @returns {Promise<Binding>}
 * @throws {SetupError} with the reason and the way out; the signal's reason when aborted
 */
export async function setUpEngine({ kind = 'auto', onProgress = () => {}, signal, confirmCpu } = {}) {
  const wanted = kindFor(kind)
  try {
    return await provide(wanted, { onProgress, signal, rebuild: false })
  } catch (problem) {
    if (wanted === 'cpu' || !(problem instanceof SetupError) || !(await confirmCpu?.(problem))) throw problem
    return provide('cpu', { onProgress, signal, rebuild: false })
  }
}

/**
 * Checks every byte of the engine, fetches what is damaged, compiles and tests it anew.
 * @param {Omit<SetupOptions, 'confirmCpu'>} [options]
 * @returns {Promise<Binding>}
 * @throws {SetupError}
 */
export async function repair({ kind = 'auto', onProgress = () => {}, signal } = {}) {
  return provide(kindFor(kind), { onProgress, signal, rebuild: true })
}

/**
 * Measures the installed engine's speed anew and records it.
 * @param {Pick<SetupOptions, 'kind' | 'signal'>} [options]
 * @returns {Promise<number>} GFLOP/s of a float32 matrix product
 * @throws {SetupError} when it is not installed, crashes or computes wrongly
 */
export async function measure({ kind = 'auto', signal } = {}) {
  const plan = planFor(kindFor(kind))
  const installed = readInstalled(cacheFolder(), plan)
  if (!installed) throw new SetupError('The engine is not set up: there is nothing to measure.', 'Set it up first.')
  const path = bindingPath(cacheFolder(), plan, installed)
  installed.selfTest = await runSelfTest(path, { kind: plan.kind, signal })
  writeRecord(engineFolder(cacheFolder(), plan), installed)
  return installed.selfTest.gflops
}

/**
 * @param {EngineKind} kind
 * @param {{onProgress: (progress: SetupProgress) => void, signal: AbortSignal | undefined, rebuild: boolean}} options
 * @returns {Promise<Binding>}
 */
async function provide(kind, options) {
  const plan = planFor(kind)
  const cache = cacheFolder()
  const gpu = detectGpu()
  if (kind === 'cuda' && gpu.problem) throw noGpu(plan, gpu.problem)
  const before = options.rebuild ? null : readInstalled(cache, plan)
  const installed =
    before ?? (await install(plan, { ...options, cache, wheelsFolder: wheelsFolder(), bundled: bundledEngines() }))
  const path = bindingPath(cache, plan, installed)
  if (kind === 'cuda' && !installed.selfTest.gpu && before) {
    // There was no GPU when it was tested; a driver may have come since.
    options.onProgress({ step: 'self-test', detail: 'looking for the GPU again', done: null, total: null })
    installed.selfTest = await runSelfTest(path, { kind, signal: options.signal })
    writeRecord(engineFolder(cache, plan), installed)
  }
  if (kind === 'cuda' && !installed.selfTest.gpu) throw noGpu(plan, whyUnusable(gpu, installed))
  return { path, kind, tensorflow: plan.tensorflow }
}

/**
 * Why an installed CUDA engine has no GPU, as far as it is known.
 * @param {import('./gpu.mjs').Gpu} gpu @param {import('./install.mjs').Installed} installed
 */
function whyUnusable({ driver, problem }, { selfTest }) {
  const found = driver ? problem : 'no NVIDIA driver was found'
  const said = selfTest.gpuProblem && `TensorFlow says: ${selfTest.gpuProblem.replace(/\.$/, '')}`
  return [found, said].filter(Boolean).join('; ') || 'for a reason it does not tell'
}

/** @param {import('./recipe.mjs').EnginePlan} plan @param {string} reason */
function noGpu(plan, reason) {
  return new SetupError(
    `The GPU cannot be used by TensorFlow ${plan.tensorflow}: ${reason}.`,
    'Install an NVIDIA driver for CUDA 12 (525 or newer) and start again, or train on the CPU with --engine cpu.',
  )
}

/**
 * The engine that is ready to be loaded, without setting anything up.
 * @param {EngineChoice} [choice]
 * @returns {Binding | null} null: not installed, or CUDA without a usable GPU; setUpEngine tells the reason
 */
export function installedBinding(choice = 'auto') {
  const kind = kindFor(choice)
  try {
    const plan = planFor(kind)
    const cache = cacheFolder()
    const installed = readInstalled(cache, plan)
    if (!installed || (kind === 'cuda' && !installed.selfTest.gpu)) return null
    return { path: bindingPath(cache, plan, installed), kind, tensorflow: plan.tensorflow }
  } catch (error) {
    if (error instanceof SetupError) return null
    throw error
  }
}

/**
 * What runs and why, for people and programs.
 * @typedef {object} EngineDescription
 * @property {EngineKind} kind
 * @property {string} why this kind
 * @property {boolean} ready whether it can be used now
 * @property {string | null} problem why not
 * @property {string | null} hint what to do about it
 * @property {string | null} tensorflow version; null where the platform has none
 * @property {string | null} tfjs version of the binding's sources
 * @property {number | null} napi Node-API version of the binding
 * @property {string | null} bindingPath
 * @property {string} cacheFolder
 * @property {string | null} compiler
 * @property {string | null} builtAt ISO 8601
 * @property {string} device name of the GPU or the processor
 * @property {number} cores logical ones this process may use
 * @property {number} memoryBytes of the device
 * @property {string | null} driver NVIDIA's, where there is one
 * @property {number | null} gflops float32 matrix product, measured at the self-test
 * @property {number | null} bfloat16Gflops the same of bfloat16; null where it was not or cannot be
 * @property {string | null} bfloat16 why its products cannot be bfloat16; null where they can
 */

/**
 * Describes the engine without setting anything up.
 * @param {EngineChoice} [choice]
 * @returns {Promise<EngineDescription>}
 */
export async function describeEngine(choice = 'auto') {
  const kind = kindFor(choice)
  const gpu = detectGpu()
  const device = gpu.driver ? await queryGpu() : null
  const onGpu = kind === 'cuda' && device !== null
  const state = stateOf(kind, gpu)
  return {
    kind,
    why: whyKind(choice, kind),
    ...state,
    cacheFolder: cacheFolder(),
    device: onGpu ? device.name : (cpus()[0]?.model.trim() ?? process.arch),
    cores: availableParallelism(),
    memoryBytes: onGpu ? device.memoryBytes : totalmem(),
    driver: device?.driver ?? driverVersion(),
    bfloat16: bfloat16Problem(kind),
  }
}

/** @param {EngineChoice} choice @param {EngineKind} kind */
function whyKind(choice, kind) {
  if (choice !== 'auto') return `asked for with --engine ${choice}`
  return kind === 'cuda' ? 'an NVIDIA driver was found' : 'no NVIDIA driver was found'
}

/**
 * The part of a description that depends on what is installed.
 * @param {EngineKind} kind @param {import('./gpu.mjs').Gpu} gpu
 */
function stateOf(kind, gpu) {
  /** @type {import('./recipe.mjs').EnginePlan} */
  let plan
  try {
    plan = planFor(kind)
  } catch (error) {
    if (!(error instanceof SetupError)) throw error
    const nothing = {
      tensorflow: null,
      tfjs: null,
      napi: null,
      bindingPath: null,
      compiler: null,
      builtAt: null,
      gflops: null,
      bfloat16Gflops: null,
    }
    return { ready: false, problem: error.message, hint: error.hint, ...nothing }
  }
  const { tensorflow, tfjs, napi } = plan
  const installed = readInstalled(cacheFolder(), plan)
  const known = {
    tensorflow,
    tfjs,
    napi,
    bindingPath: installed ? bindingPath(cacheFolder(), plan, installed) : null,
    compiler: installed?.compiler ?? null,
    builtAt: installed?.builtAt ?? null,
    // A CUDA engine without its GPU multiplied on the processor.
    gflops: installed && installed.selfTest.gpu === (kind === 'cuda') ? installed.selfTest.gflops : null,
    bfloat16Gflops: installed?.selfTest.bfloat16Gflops ?? null,
  }
  const unusable =
    kind === 'cuda' ? (gpu.problem ?? (installed?.selfTest.gpu === false ? whyUnusable(gpu, installed) : null)) : null
  if (unusable === null && installed) return { ready: true, problem: null, hint: null, ...known }
  if (unusable === null) {
    const hint = bundledEngines() ? 'The first training does it.' : 'npm start sets it up.'
    return { ready: false, problem: 'It is not set up.', hint, ...known }
  }
  const { message, hint } = noGpu(plan, unusable)
  return { ready: false, problem: message, hint, ...known }
}

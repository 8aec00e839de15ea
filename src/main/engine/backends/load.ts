import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createRequire, Module } from 'node:module'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import util from 'node:util'
import { LabError } from '../../../shared/errors'
import type { EngineInfo, EngineStart } from '../protocol'
import { requirePackage, tf } from './tf'
import { useXlaCache } from './xla-cache'

/** The parts of the native package's backend that are asked here. */
interface NativeBackend {
  readonly isUsingGpuDevice: boolean
  readonly binding: { readonly TF_Version: string }
}

let loaded: EngineInfo | null = null
let folder: string | null = null

/** Where the native engine lies, with what is kept for its next start; null while none is loaded. */
export const engineFolder = (): string | null => folder

/**
 * Loads the backend asked for and makes it current, once per process; it never takes another one instead.
 * @returns what runs, to be recorded with each run
 * @throws LabError when the binding is missing or does not load, or when another backend already runs in this process
 */
export async function loadBackend(start: EngineStart): Promise<EngineInfo> {
  if (loaded) {
    if (loaded.backend === start.backend) return loaded
    throw new LabError('engine', `The engine already runs on ${loaded.backend}.`, 'Start another engine process.')
  }
  // Quiet and quick: no advertisements on the console, no checks for development.
  tf.env().set('PROD', true)
  // Read when TensorFlow's CUDA is loaded: no GPU is seen.
  if (start.beside) process.env['CUDA_VISIBLE_DEVICES'] = '-1'
  if (start.backend === 'tensorflow') await loadNative(start)
  else await loadPlain()
  loaded = describe(start)
  return loaded
}

/** Of tfjs-node-gpu, whose own dependencies are resolved as it would. */
const nativeRequire = (): NodeJS.Require =>
  createRequire(requirePackage.resolve('@tensorflow/tfjs-node-gpu/package.json'))

async function loadNative({ bindingPath, threads, lanes = 1 }: EngineStart): Promise<void> {
  if (bindingPath === null || !existsSync(bindingPath))
    throw new LabError(
      'engine',
      `The TensorFlow binding is not there: ${bindingPath ?? 'no path was given'}.`,
      'Run `hrm-lab engine --repair` to set it up again.',
    )
  setEnvironment(threads, lanes)
  useXlaCache(bindingPath)
  shimRemovedUtilities()
  placeBinding(bindingPath)
  try {
    withoutDeprecations(() => requirePackage('@tensorflow/tfjs-node-gpu'))
  } catch (error) {
    throw new LabError(
      'engine',
      `The TensorFlow binding ${bindingPath} does not load: ${(error as Error).message}`,
      'Run `hrm-lab engine --repair` to build it again for this machine.',
      { cause: error },
    )
  }
  await select('tensorflow')
  folder = dirname(bindingPath)
}

/** The package with the gradients of all operations also brings the plain-JavaScript backend. */
async function loadPlain(): Promise<void> {
  withoutDeprecations(() => nativeRequire()('@tensorflow/tfjs'))
  await select('cpu')
}

async function select(name: string): Promise<void> {
  if (!(await tf.setBackend(name)))
    throw new LabError('engine', `The backend ${name} does not start.`, 'Run `hrm-lab engine` to see why.')
}

/** TensorFlow reads its settings from the environment, once, as it is loaded. */
function setEnvironment(threads: number | null, lanes: number): void {
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2'
  // Otherwise TensorFlow takes the whole GPU memory at once.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true'
  // TensorFlow's own allocator in place of malloc, which leaves ever more holes between the tensors of a step:
  // hrm-mnist stays level at 1.7 GiB instead of growing from 2.0 to 2.8 in 30 batches (docs/engine.md, "Memory").
  process.env['TF_CPU_ALLOCATOR_USE_BFC'] ??= 'true'
  // TensorFlow takes oneDNN's operations by itself only on processors with AVX-512 VNNI. On one with AVX2 they are faster
  // too: a batch of cnn-cifar10 in 0.87 instead of 1.28 s, of hrm-mnist in 2.1 instead of 2.4 (docs/performance.md).
  if (process.arch === 'x64') process.env['TF_ENABLE_ONEDNN_OPTS'] ??= '1'
  // In lanes, operations run side by side, each on one thread; else one after the other, each on all.
  const [within, beside] = lanes > 1 ? [1, lanes] : [threads, 1]
  if (within === null) return
  process.env['TF_NUM_INTRAOP_THREADS'] = String(within)
  process.env['TF_NUM_INTEROP_THREADS'] = String(beside)
  process.env['OMP_NUM_THREADS'] = String(within)
}

/** tfjs-node calls these two: Node 23 removed the first, and warns of the second. */
function shimRemovedUtilities(): void {
  const removed = util as unknown as Record<string, unknown>
  removed['isNullOrUndefined'] = (value: unknown) => value === null || value === undefined
  removed['isArray'] = Array.isArray
}

/** The package asks node-pre-gyp where its binding is; answer for it with ours. */
function placeBinding(bindingPath: string): void {
  const require = nativeRequire()
  const id = require.resolve('@mapbox/node-pre-gyp')
  const module = new Module(id)
  module.filename = id
  module.loaded = true
  module.exports = { find: () => bindingPath }
  require.cache[id] = module
}

/** Old packages below tfjs-node load deprecated parts of Node (punycode); nobody here can act on the warnings. */
function withoutDeprecations<T>(load: () => T): T {
  const before = process.noDeprecation
  process.noDeprecation = true
  try {
    return load()
  } finally {
    process.noDeprecation = before ?? false
  }
}

function describe({ backend, threads, lanes = 1 }: EngineStart): EngineInfo {
  const native = backend === 'tensorflow' ? (tf.backend() as unknown as NativeBackend) : null
  return {
    backend,
    device: native?.isUsingGpuDevice ? gpuName() : 'CPU',
    tensorflow: native?.binding.TF_Version ?? null,
    tfjs: tf.version_core,
    node: process.versions.node,
    threads: native ? (threads ?? availableParallelism()) : 1,
    ...(native && lanes > 1 ? { lanes } : {}),
  }
}

/** The binding says only that there is a GPU; Linux' driver knows its name. */
function gpuName(): string {
  const folder = '/proc/driver/nvidia/gpus'
  if (!existsSync(folder)) return 'GPU'
  const [first] = readdirSync(folder)
  const text = first ? readFileSync(join(folder, first, 'information'), 'utf8') : ''
  return /^Model:\s*(.+)$/m.exec(text)?.[1]?.trim() ?? 'GPU'
}

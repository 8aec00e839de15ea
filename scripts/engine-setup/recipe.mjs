import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from './errors.mjs'
import { packageRoot } from './paths.mjs'

/**
 * What resources/engine.lock.json says: which wheels make the engine on a platform, and how.
 *
 * @typedef {'cpu' | 'cuda'} EngineKind
 *
 * @typedef {object} Wheel
 * @property {string} name as PyPI names it
 * @property {string} version
 * @property {string} file file name; its last part is the platform tag that pip is asked for
 * @property {number} bytes
 * @property {string} sha256
 *
 * @typedef {object} Recipe
 * @property {Wheel[]} wheels
 * @property {string[]} take which members are unpacked: paths with `*` within and `**` across folders
 * @property {number} unpackedBytes what those members take on disk
 * @property {string[]} libraries what the binding is linked against (on Windows its import libraries)
 * @property {string} libraryFolder where the loader finds them, relative to the binding
 * @property {string} [python] Windows: TensorFlow's library wants this Python's DLL beside it
 *
 * @typedef {object} PlatformEntry
 * @property {Recipe} cpu
 * @property {Recipe} [cuda]
 * @property {Wheel} compiler the ziglang wheel, used where no C++ compiler is found
 *
 * @typedef {object} EngineLock
 * @property {string} tensorflow version
 * @property {number} napi Node-API version the binding is compiled for
 * @property {Record<string, PlatformEntry>} platforms by `process.platform-process.arch`
 *
 * One engine to set up: a recipe and what names it.
 * @typedef {object} EnginePlan
 * @property {EngineKind} kind
 * @property {string} platform
 * @property {string} tensorflow
 * @property {string} tfjs version of the binding's sources
 * @property {number} napi
 * @property {string} key folder name in the cache: other versions, kinds or recipes never share one
 * @property {Recipe} recipe
 * @property {Wheel} compiler
 */

/** @returns {EngineLock} */
export function readLock(root = packageRoot()) {
  return JSON.parse(readFileSync(join(root, 'resources', 'engine.lock.json'), 'utf8'))
}

/** The version of tfjs-node-gpu that the lab asks for: its tarball holds the binding's sources. */
function tfjsVersion(root = packageRoot()) {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
  return String(dependencies['@tensorflow/tfjs-node-gpu'])
}

/**
 * @param {EngineKind} kind
 * @param {string} [platform]
 * @param {EngineLock} [lock]
 * @returns {EnginePlan}
 * @throws {SetupError} when TensorFlow has no such wheels for this platform
 */
export function planFor(kind, platform = `${process.platform}-${process.arch}`, lock = readLock()) {
  const entry = lock.platforms[platform]
  if (!entry)
    throw new SetupError(
      `TensorFlow has no wheels for ${platform}.`,
      `There are some for ${Object.keys(lock.platforms).join(', ')}. The slow plain-JavaScript backend (--backend cpu) runs everywhere.`,
    )
  const recipe = entry[kind]
  if (!recipe)
    throw new SetupError(
      `TensorFlow ${lock.tensorflow} has no CUDA wheels for ${platform}, so an NVIDIA GPU cannot be used here.`,
      platform.startsWith('win32')
        ? 'Use WSL2 (Linux) to train on the GPU, or train on the CPU with --engine cpu.'
        : 'Train on the CPU with --engine cpu.',
    )
  const tfjs = tfjsVersion()
  const hash = createHash('sha256')
    .update(JSON.stringify([recipe, tfjs]))
    .digest('hex')
    .slice(0, 10)
  const key = `tensorflow-${lock.tensorflow}-${kind}-${platform}-napi${lock.napi}-${hash}`
  return { kind, platform, tensorflow: lock.tensorflow, tfjs, napi: lock.napi, key, recipe, compiler: entry.compiler }
}

/**
 * The parts of a wheel's file name (PEP 427).
 * @param {Wheel} wheel
 * @returns {{python: string, abi: string, platform: string}} platform: the first, where the name holds several
 */
export function wheelTags(wheel) {
  const [python = '', abi = '', platforms = ''] = wheel.file
    .replace(/\.whl$/, '')
    .split('-')
    .slice(-3)
  return { python, abi, platform: platforms.split('.')[0] ?? '' }
}

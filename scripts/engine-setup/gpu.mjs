import { existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { findProgram, runChild } from './child.mjs'

/**
 * What is known of an NVIDIA GPU without loading anything.
 * @typedef {object} Gpu
 * @property {boolean} driver an NVIDIA driver is on this machine
 * @property {string | null} problem why it cannot be used although there is a driver; null when nothing speaks against it
 */

/** Where the driver's user library is, by distribution, container runtime and WSL. */
const libcudaFolders = [
  '/usr/lib/x86_64-linux-gnu',
  '/usr/lib64',
  '/usr/lib/wsl/lib',
  '/usr/lib',
  '/usr/local/nvidia/lib64',
  '/usr/local/cuda/compat',
  '/run/opengl-driver/lib',
]

/**
 * Looks for an NVIDIA driver: the kernel's module, WSL's library or nvidia-smi. Quick enough for every start.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Gpu}
 */
export function detectGpu(env = process.env) {
  if (process.platform === 'darwin') return { driver: false, problem: null }
  const driver =
    existsSync('/proc/driver/nvidia/version') ||
    existsSync('/usr/lib/wsl/lib/libcuda.so.1') ||
    findProgram(['nvidia-smi'], env) !== null
  if (!driver) return { driver: false, problem: null }
  if (process.platform !== 'linux' || findsLibcuda(env)) return { driver: true, problem: null }
  return {
    driver: true,
    problem:
      'an NVIDIA driver is here, but not its library libcuda.so.1 (in a container: start it with GPU access, as docker run --gpus all)',
  }
}

/** @param {NodeJS.ProcessEnv} env */
function findsLibcuda(env) {
  const folders = [...(env['LD_LIBRARY_PATH'] ?? '').split(delimiter).filter(Boolean), ...libcudaFolders]
  if (folders.some((folder) => existsSync(join(folder, 'libcuda.so.1')))) return true
  const { stdout } = spawnSync('ldconfig', ['-p'], { encoding: 'utf8' })
  return stdout?.includes('libcuda.so.1') ?? false
}

/**
 * Name, memory and driver of the first GPU as nvidia-smi gives them, or null where it gives none.
 * @returns {Promise<{name: string, memoryBytes: number, driver: string} | null>}
 */
export async function queryGpu() {
  const program = findProgram(['nvidia-smi'])
  if (!program) return null
  const query = ['--query-gpu=name,memory.total,driver_version', '--format=csv,noheader,nounits']
  const { code, stdout } = await runChild(program, query, { timeout: 20_000 })
  const [name, memory, driver] = stdout.split('\n')[0]?.split(', ') ?? []
  if (code !== 0 || !name || !memory || !driver) return null
  return { name, memoryBytes: Number(memory) * 2 ** 20, driver: driver.trim() }
}

/** The driver's version line, or null. */
export function driverVersion() {
  try {
    return readFileSync('/proc/driver/nvidia/version', 'utf8').split('\n')[0] ?? null
  } catch {
    return null
  }
}

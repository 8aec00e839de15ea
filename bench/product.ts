/**
 * The machine's yardstick: its rate in plain float32 matrix products, measured in a process of its own, for in the process of a
 * training the threads may be shared otherwise. Run as a program it prints it.
 */
import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { loadBackend } from '../src/main/engine/backends/load'
import { selfTest } from '../src/main/engine/process/self-test'

/** Side of the square matrices. */
const SIDE = 2048

/**
 * GFLOP/s of this machine now.
 * @param binding path of the TensorFlow binding
 * @param threads null: one for each core
 */
export function productRate(binding: string | null, threads: number | null = null): number {
  const own = [fileURLToPath(import.meta.url), binding ?? '', String(threads ?? '')]
  const output = execFileSync(process.execPath, [...process.execArgv, ...own], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    env: environment(),
  })
  return Number(output)
}

/** This process's, without what a training in it has told TensorFlow of its threads. */
function environment(): NodeJS.ProcessEnv {
  const told = ['TF_NUM_INTRAOP_THREADS', 'TF_NUM_INTEROP_THREADS', 'OMP_NUM_THREADS']
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !told.includes(name)))
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [binding, threads] = process.argv.slice(2)
  const bindingPath = binding === '' ? null : (binding ?? null)
  await loadBackend({ backend: 'tensorflow', bindingPath, threads: threads ? Number(threads) : null })
  process.stdout.write(String((await selfTest(SIDE)).gflops))
}

import { join } from 'node:path'
import { bfloat16Problem } from './bfloat16.mjs'
import { lastLines, runChild } from './child.mjs'
import { SetupError } from './errors.mjs'
import { nodeBinary, packageRoot } from './paths.mjs'

/**
 * What the self-test found.
 * @typedef {object} SelfTest
 * @property {boolean} gpu whether TensorFlow gave the binding a GPU
 * @property {number} size the matrices were size × size
 * @property {number} error largest error relative to the largest entry
 * @property {number} gflops float32, measured
 * @property {number | null} [bfloat16Gflops] bfloat16, measured; null where it cannot be used, left out by earlier versions
 * @property {string} tensorflow version the library reports
 * @property {string | null} gpuProblem why there is no GPU, in TensorFlow's words, where a CUDA engine has none
 */

/** float32 sums of a thousand terms stay far below the first; GPUs multiply in TF32 (10 bits), hence the second. */
const TOLERANCE = { cpu: 1e-5, gpu: 3e-3 }

/**
 * Runs self-test.mjs on a binding.
 * @param {string} bindingPath
 * @param {{kind: import('./recipe.mjs').EngineKind, signal?: AbortSignal | undefined}} options
 * @returns {Promise<SelfTest>}
 * @throws {SetupError} when it crashes or computes wrongly
 */
export async function runSelfTest(bindingPath, { kind, signal }) {
  const env = {
    ...process.env,
    // A CUDA engine's log says why there is no GPU.
    TF_CPP_MIN_LOG_LEVEL: kind === 'cuda' ? '0' : '2',
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // As the lab's engine has it (src/main/engine/backends/load.ts).
    ...(process.arch === 'x64' ? { TF_ENABLE_ONEDNN_OPTS: process.env['TF_ENABLE_ONEDNN_OPTS'] ?? '1' } : {}),
    // Electron's binary runs scripts as Node does when told so.
    ELECTRON_RUN_AS_NODE: '1',
  }
  const script = join(packageRoot(), 'scripts', 'engine-setup', 'self-test.mjs')
  const numbers = bfloat16Problem(kind) === null ? ['bfloat16'] : []
  const outcome = await runChild(nodeBinary(), [script, bindingPath, ...numbers], { env, signal, timeout: 180_000 })
  if (outcome.code !== 0) throw failure(outcome)
  const found = JSON.parse(lastLines(outcome.stdout, 1))
  const tolerance = found.gpu ? TOLERANCE.gpu : TOLERANCE.cpu
  if (!(found.error < tolerance))
    throw new SetupError(
      `The engine multiplies matrices wrongly here: relative error ${found.error}, allowed ${tolerance}.`,
      'Rebuild it with npm start -- engine --repair.',
    )
  return { ...found, gpuProblem: kind === 'cuda' && !found.gpu ? whyNoGpu(outcome.stderr) : null }
}

/** @param {import('./child.mjs').Outcome} outcome */
function failure({ code, signal, stderr }) {
  const said = lastLines(stderr.replace(/^\s+at .*$/gm, ''), 4)
  if (signal === 'SIGILL')
    return new SetupError(
      'The engine crashed in its self-test: this processor lacks instructions that TensorFlow needs (AVX).',
      'Train elsewhere, or with the slow plain-JavaScript backend (--backend cpu).',
    )
  if (/GLIBC|GLIBCXX/.test(stderr))
    return new SetupError(
      `TensorFlow cannot be loaded: this system's C library is too old (glibc 2.27 is needed).\n${said}`,
    )
  const end = signal ? `was ended by ${signal}` : `ended with status ${code}`
  return new SetupError(
    `The engine's self-test ${end}.\n${said}`,
    'Rebuild it with npm start -- engine --repair; if it stays so, report it with this text.',
  )
}

/** TensorFlow's own words, without their time stamps and source lines, most telling first. @param {string} log */
export function whyNoGpu(log) {
  const lines = log.split('\n').map((line) => line.replace(/^.*?\.cc:\d+\] /, '').trim())
  const patterns = [/failed call to cuInit/, /Cannot dlopen/, /Could not (find|load)/i, /CUDA_ERROR/, /driver version/i]
  for (const pattern of patterns) {
    const line = lines.find((text) => pattern.test(text))
    if (line) return line
  }
  return 'it gave no reason'
}

import { join } from 'node:path'
import { installedBinding, measure, repair, SetupError, setUpEngine } from '../../../../scripts/engine-setup/index.mjs'
import type { SetupProgress } from '../../../../scripts/engine-setup/index.mjs'
import { LabError } from '../../../shared/errors'
import type { BackendName, EngineInfo } from '../../engine/protocol'
import { packageInfo } from '../package-root'
import type { ForkEngine } from './child'
import { EngineProcess } from './supervisor'

// What shells show of the engine; they reach it through the lab only.
export { describeEngine } from '../../../../scripts/engine-setup/index.mjs'
export type { BackendName, EngineEvent, TrainResult } from '../../engine/protocol'

/** What a person chose to train with. */
export interface EngineOptions {
  readonly kind: 'cpu' | 'cuda' | 'auto'
  readonly backend: BackendName
  /** null: all cores. */
  readonly threads: number | null
  /** See EngineStart: on the CPU, beside an engine that may train on a GPU. */
  readonly beside?: boolean
  /** How its process is begun where Node's own fork will not do: in Electron. */
  readonly fork?: ForkEngine | undefined
  /** Told in words while the engine is set up, with the share done (null while unknown). */
  readonly onSetUp?: ((text: string, share: number | null) => void) | undefined
  /** Aborting cancels a set-up; what was fetched is kept. */
  readonly signal?: AbortSignal | undefined
  /** Asked when a GPU is wanted but cannot be used; true goes on with the CPU. Without it the problem is thrown. */
  readonly confirmCpu?: ((problem: string) => Promise<boolean>) | undefined
}

/**
 * Starts an engine process with the backend asked for, setting up the native engine first where that is not done.
 * @throws LabError 'engine' with the reason and the way out, 'cancelled' when the set-up was
 */
export async function openEngine(options: EngineOptions): Promise<{ engine: EngineProcess; info: EngineInfo }> {
  const { backend, threads, fork, beside = false } = options
  const entry = join(packageInfo().root, 'out', 'main', 'engine.js')
  const engine = new EngineProcess({ entry, ...(fork ? { fork } : {}) })
  const binding = backend === 'cpu' ? null : await provideBinding(options)
  const info = await engine.start({ backend, bindingPath: binding?.path ?? null, threads, beside })
  if (!beside && binding?.kind === 'cuda' && info.device === 'CPU') {
    await engine.stop()
    throw new LabError(
      'engine',
      'TensorFlow with CUDA found no GPU it can use.',
      'See `hrm-lab engine`; to train on the CPU, say --engine cpu.',
    )
  }
  return { engine, info }
}

async function provideBinding({ kind, onSetUp, confirmCpu, signal }: EngineOptions) {
  return explained(
    signal,
    async () =>
      installedBinding(kind) ??
      (await setUpEngine({
        kind,
        signal,
        onProgress: (progress) => onSetUp?.(words(progress), shareOf(progress)),
        ...(confirmCpu ? { confirmCpu: (problem) => confirmCpu(`${problem.message} ${problem.hint ?? ''}`) } : {}),
      })),
  )
}

/**
 * Checks every byte of the native engine, fetches what is damaged, builds and tests it anew.
 * @param onProgress share done (null while unknown) and what is being done
 * @param signal aborting cancels it; what was fetched is kept
 * @throws LabError 'engine' with the reason and the way out, 'cancelled'
 */
export async function repairEngine(
  kind: EngineOptions['kind'],
  onProgress: (share: number | null, detail: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  await explained(signal, () =>
    repair({ kind, signal, onProgress: (progress) => onProgress(shareOf(progress), words(progress)) }),
  )
}

/**
 * Measures the native engine's speed anew and keeps the result with it.
 * @returns GFLOP/s of a float32 matrix product
 * @throws LabError 'engine' when it is not set up or computes wrongly, 'cancelled'
 */
export const measureEngine = (kind: EngineOptions['kind'], signal?: AbortSignal): Promise<number> =>
  explained(signal, () => measure({ kind, signal }))

const steps: Record<SetupProgress['step'], string> = {
  wait: 'Waiting',
  fetch: 'Fetching',
  unpack: 'Unpacking',
  compile: 'Compiling',
  'self-test': 'Testing',
}
const words = ({ step, detail }: SetupProgress): string => `${steps[step]}: ${detail}`
const shareOf = ({ done, total }: SetupProgress): number | null => (done !== null && total ? done / total : null)

/** Runs set-up work, whose errors have the lab's shape but not its class. @throws LabError in their place */
async function explained<T>(signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (signal?.aborted)
      throw new LabError(
        'cancelled',
        'The work on the engine was cancelled.',
        'What was fetched is kept: the next set-up goes on from there.',
        { cause },
      )
    if (cause instanceof SetupError) throw new LabError('engine', cause.message, cause.hint, { cause })
    throw cause
  }
}

import { join } from 'node:path'
import { installedBinding, repair, SetupError, setUpEngine } from '../../../../scripts/engine-setup/index.mjs'
import { LabError } from '../../../shared/errors'
import type { BackendName, EngineInfo } from '../../engine/protocol'
import { packageInfo } from '../package-root'
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
  /** Told in words while the engine is set up. */
  readonly onSetUp?: ((text: string) => void) | undefined
  /** Asked when a GPU is wanted but cannot be used; true goes on with the CPU. Without it the problem is thrown. */
  readonly confirmCpu?: ((problem: string) => Promise<boolean>) | undefined
}

/**
 * Starts an engine process with the backend asked for, setting up the native engine first where that is not done.
 * @throws LabError 'engine' with the reason and the way out
 */
export async function openEngine(options: EngineOptions): Promise<{ engine: EngineProcess; info: EngineInfo }> {
  const engine = new EngineProcess({ entry: join(packageInfo().root, 'out', 'main', 'engine.js') })
  const { backend, threads } = options
  const binding = backend === 'cpu' ? null : await provideBinding(options)
  const info = await engine.start({ backend, bindingPath: binding?.path ?? null, threads })
  if (binding?.kind === 'cuda' && info.device === 'CPU') {
    await engine.stop()
    throw new LabError(
      'engine',
      'TensorFlow with CUDA found no GPU it can use.',
      'See `hrm-lab engine`; to train on the CPU, say --engine cpu.',
    )
  }
  return { engine, info }
}

async function provideBinding({ kind, onSetUp, confirmCpu }: EngineOptions) {
  return explained(
    async () =>
      installedBinding(kind) ??
      (await setUpEngine({
        kind,
        onProgress: ({ detail }) => onSetUp?.(detail),
        ...(confirmCpu ? { confirmCpu: (problem) => confirmCpu(`${problem.message} ${problem.hint ?? ''}`) } : {}),
      })),
  )
}

/**
 * Checks every byte of the native engine, fetches what is damaged, builds and tests it anew.
 * @param onProgress share done (null while unknown) and what is being done
 * @throws LabError 'engine' with the reason and the way out
 */
export async function repairEngine(
  kind: EngineOptions['kind'],
  onProgress: (share: number | null, detail: string) => void,
): Promise<void> {
  await explained(() =>
    repair({
      kind,
      onProgress: ({ detail, done, total }) => onProgress(done !== null && total ? done / total : null, detail),
    }),
  )
}

/** Runs set-up work, whose errors have the lab's shape but not its class. @throws LabError in their place */
async function explained<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof SetupError) throw new LabError('engine', cause.message, cause.hint, { cause })
    throw cause
  }
}

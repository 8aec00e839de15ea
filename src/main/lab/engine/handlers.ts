import type { labRequests } from '../../../shared/contract/lab'
import type { Handlers } from '../contract/dispatch'
import type { MeasuredModes } from '../runs/measured-modes'
import type { RunQueue } from '../runs/queue'
import type { EngineWork } from './engine-work'
import { describeEngine, measureEngine, repairEngine, type EngineOptions } from './open-engine'
import type { SideEngine } from './side-engine'

type EngineRequests = Extract<keyof typeof labRequests, `engine.${string}`>

/** Answers about what runs are trained by, and work on it. */
export function engineHandlers(
  { kind, backend, threads }: Pick<EngineOptions, 'kind' | 'backend' | 'threads'>,
  queue: RunQueue,
  work: EngineWork,
  side: Pick<SideEngine, 'end'>,
  modes: Pick<MeasuredModes, 'list'>,
): Handlers<EngineRequests> {
  return {
    'engine.describe': async () => {
      const described = await describeEngine(kind)
      const { info, died } = queue.engine
      return { ...described, backend, threadsFixed: threads, process: info, died, work: work.kind, modes: modes.list() }
    },
    'engine.repair': () =>
      work.now('repair', async ({ onProgress, signal }) => {
        // A library that is loaded cannot be replaced everywhere.
        await queue.endEngine()
        await side.end()
        await repairEngine(kind, onProgress, signal)
        return null
      }),
    'engine.measure': () =>
      work.now('measure', async ({ onProgress, signal }) => {
        await queue.endEngine()
        onProgress(null, 'Testing: multiplying matrices')
        return { gflops: await measureEngine(kind, signal) }
      }),
    'engine.cancel': () => {
      work.cancel()
      return null
    },
  }
}

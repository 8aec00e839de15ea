import { describeEngine, type EngineOptions } from '../engine/open-engine'
import type { EngineFacts } from './estimate'

/** What an estimate needs to know of the engine that the lab was opened with. */
export async function engineFacts(options: Pick<EngineOptions, 'kind' | 'backend' | 'threads'>): Promise<EngineFacts> {
  const { kind, cores, gflops, bfloat16Gflops } = await describeEngine(options.kind)
  // As the engine itself tells it: plain JavaScript has one thread.
  const threads = options.backend === 'cpu' ? 1 : (options.threads ?? cores)
  return { backend: options.backend, kind, threads, gflops, bfloat16Gflops }
}

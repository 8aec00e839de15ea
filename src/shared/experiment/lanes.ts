import type { Configuration } from './configuration'
import type { EngineInfo, ExecutionMode } from './engine-info'
import { mixesImages } from './registry'

/**
 * Lanes: a batch is split into micro-batches, and several of them are computed side by side, each by a thread of its own. The
 * threads then wait for each other once a segment instead of in every operation, and what a micro-batch makes stays in its
 * core's cache (docs/performance.md).
 */

/** Images of a micro-batch at most: with fewer, calling the operations weighs more; with more, the cache is left. */
export const MICRO_BATCH = 32
/** Images of a micro-batch at least. */
const LEAST = 4

/**
 * How many micro-batches of a training are computed side by side: one for each thread; 1 where threads had better share each
 * operation: on a GPU, compiled or operation by operation, where batch normalisation mixes the images of a batch, and where
 * there are fewer images than threads can share.
 */
export function lanesOf(
  { model, training: { batch } }: Pick<Configuration, 'model' | 'training'>,
  mode: ExecutionMode,
  { backend, device, threads }: Pick<EngineInfo, 'backend' | 'device' | 'threads'>,
): number {
  const splits = mode === 'graph' && backend === 'tensorflow' && device === 'CPU' && !mixesImages(model)
  return splits && batch >= LEAST * threads ? threads : 1
}

/**
 * Images of each micro-batch of a batch: as even as can be, a whole number of them for each lane.
 * @param batch images
 */
export function microBatches(batch: number, lanes: number): number[] {
  if (lanes === 1) return [batch]
  const wanted = lanes * Math.ceil(batch / (lanes * MICRO_BATCH))
  const count = Math.max(1, Math.min(wanted, Math.floor(batch / LEAST)))
  const end = (i: number): number => Math.floor((batch * i) / count)
  return Array.from({ length: count }, (_, i) => end(i + 1) - end(i))
}

/** Decode processes on all cores. A process that an image kills is replaced, and that image alone is skipped. */
import { availableParallelism } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import type { DecodeJob, DecodeResult, DecodeSetup } from './messages'
import { DecodeProcess } from './process'

const BATCH = 32
/** Milliseconds between two looks whether a process that waits may work again. */
const YIELD_MS = 250

/** Few processes, each with several images in work in sharp's threads: all cores are busy and memory stays small. */
const MAX_PROCESSES = 4

/** How decoding is held back. */
export interface DecodeHooks {
  /** Ends it; no process is left. */
  readonly signal?: AbortSignal | undefined
  /** Whether something more important needs the cores now; asked before every batch. */
  readonly yielding?: (() => boolean) | undefined
}

/**
 * Decodes all jobs on all cores. Images over LARGE_PIXELS come last, one at a time.
 * @param jobs Job i has slot i.
 * @param onResult Called once for every job, in no order.
 * @throws DecodeFailure when the output cannot be written; the signal's reason when aborted. No process is left either way.
 */
export async function decodeAll(
  setup: DecodeSetup,
  jobs: readonly DecodeJob[],
  onResult: (result: DecodeResult) => void,
  { signal, yielding = () => false }: DecodeHooks = {},
): Promise<void> {
  const large: DecodeJob[] = []
  const keep = (result: DecodeResult): void => {
    if (result.outcome === 'large') large.push({ ...jobs[result.slot]!, large: true })
    else onResult(result)
  }
  const cores = availableParallelism()
  const processes = Math.min(cores, MAX_PROCESSES)
  const needed = Math.min(processes, Math.ceil(jobs.length / BATCH))
  await runProcesses(
    { setup, jobs, count: needed, batchSize: BATCH, atOnce: Math.ceil(cores / processes) + 1, yielding },
    keep,
    signal,
  )
  const one = { count: 1, batchSize: 1, atOnce: 1 }
  if (large.length > 0) await runProcesses({ setup, jobs: large, ...one, yielding }, onResult, signal)
}

/** One round over some jobs. */
interface Round {
  readonly setup: DecodeSetup
  readonly jobs: readonly DecodeJob[]
  /** Processes. */
  readonly count: number
  readonly batchSize: number
  /** Images in work at a time in each. */
  readonly atOnce: number
  readonly yielding: () => boolean
}

async function runProcesses(
  { setup, jobs, count, batchSize, atOnce, yielding }: Round,
  onResult: (result: DecodeResult) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  let next = 0
  const take = (): readonly DecodeJob[] => jobs.slice(next, (next += batchSize))
  const stop = new AbortController()
  const stopped = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal
  const lane = async (number: number): Promise<void> => {
    let process: DecodeProcess | null = null
    try {
      for (;;) {
        // While it yields, one process works, in what the others leave of the cores.
        while (number > 0 && yielding() && next < jobs.length) await delay(YIELD_MS, undefined, { signal: stopped })
        const nice = yielding()
        if (process && process.nice !== nice) process = process.pace(nice)
        const batch = take()
        if (batch.length === 0) break
        // Batches fall apart into single images when one of them kills the process: only that one is lost.
        const pending: (readonly DecodeJob[])[] = [batch]
        for (let work = pending.shift(); work; work = pending.shift()) {
          stopped.throwIfAborted()
          process ??= new DecodeProcess(setup, nice ? 1 : atOnce, stopped, nice)
          const results = await process.decode(work)
          if (results) results.forEach(onResult)
          else {
            process = null
            if (work.length > 1) pending.push(...work.map((job) => [job]))
            else onResult(crashed(work[0]!))
          }
        }
      }
    } catch (cause) {
      stop.abort(cause)
      throw cause
    } finally {
      process?.end()
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: count }, (_, number) => lane(number)))
  signal?.throwIfAborted()
  const failed = ends.find((e) => e.status === 'rejected')
  if (failed) throw failed.reason
}

function crashed(job: DecodeJob): DecodeResult {
  return {
    slot: job.slot,
    outcome: 'skipped',
    reason: 'the decoder broke down on it',
    hint: 'save it anew in another format',
  }
}

import type { LabEvent } from '../../shared/contract/events'
import type { EngineView } from '../state/lab.svelte'
import { RequestFailed } from '../transport/client'
import type { FakeAnswers } from '../transport/fake'
import { sampleEngine } from './samples'

const running: EngineView['process'] = {
  ...{ backend: 'tensorflow', device: 'CPU', tensorflow: '2.19.0', tfjs: '4.22.0', node: '24', threads: 2 },
}

const unusable: Partial<EngineView> = {
  kind: 'cuda',
  why: 'an NVIDIA driver was found',
  ready: false,
  problem:
    'The GPU cannot be used by TensorFlow 2.21.0: TensorFlow says: failed call to cuInit: CUDA_ERROR_NO_DEVICE: no CUDA-capable device is detected.',
  hint: 'Install an NVIDIA driver for CUDA 12 (525 or newer) and start again, or train on the CPU with --engine cpu.',
  device: 'NVIDIA GeForce RTX 4070',
  memoryBytes: 12 * 2 ** 30,
  driver: '550.54.14',
  gflops: null,
  bfloat16Gflops: null,
  bfloat16: null,
  died: 'The engine process was ended by SIGKILL.',
}

/** An engine that can be described, measured, repaired and cancelled. `?fake=problem`: a GPU that is not used; `?fake=plain`. */
export function engineAnswers(kind: string | null, emit: (event: LabEvent) => void): FakeAnswers {
  let engine: EngineView = { ...sampleEngine, process: kind === 'empty' ? null : running }
  if (kind === 'problem') engine = { ...sampleEngine, ...unusable }
  if (kind === 'plain') engine = { ...engine, backend: 'cpu', process: null }
  let cancelled = false
  const set = (change: Partial<EngineView>): void => {
    engine = { ...engine, ...change }
    emit({ kind: 'engine' })
  }
  const work = async (what: EngineView['work'], detail: string): Promise<void> => {
    cancelled = false
    set({ work: what })
    for (let i = 0; i < 40 && !cancelled; i++) {
      emit({ kind: 'engine-progress', share: what === 'measure' ? null : i / 40, detail })
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    set({ work: null })
    if (cancelled)
      throw new RequestFailed({
        kind: 'cancelled',
        message: 'The work on the engine was cancelled.',
        hint: 'What was fetched is kept: the next set-up goes on from there.',
        details: null,
      })
  }
  return {
    'engine.describe': () => engine,
    'engine.repair': async () => {
      await work('repair', 'Fetching: tensorflow-cpu 2.19.0 (1 of 2)')
      set({ ready: true, problem: null, hint: null })
      return null
    },
    'engine.measure': async () => {
      await work('measure', 'Testing: multiplying matrices')
      set({ gflops: 91.4 })
      return { gflops: 91.4 }
    },
    'engine.cancel': () => ((cancelled = true), null),
  }
}

import { beforeEach, describe, expect, it, vi } from 'vitest'
import { LabError } from '../../../shared/errors'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { loadBackend } from '../backends/load'
import { tf } from '../backends/tf'
import type {
  EngineEvent,
  EngineRequest,
  Evaluation,
  FromEngine,
  ToEngine,
  TrainRequest,
  TrainResult,
} from '../protocol'
import { temporaryFolder, writeDataSet } from '../testing/data-set'
import { LinearLearner } from '../testing/linear-learner'
import { Engine } from './engine'
import type { EngineParts } from './parts'

const start: EngineRequest = { kind: 'start', start: { backend: 'cpu', bindingPath: null, threads: null } }
const configuration = presetConfiguration(presets.find(({ name }) => name === 'testing-hrm')!)

/** An engine in this process, with the lab's end of its port. */
class Bench {
  readonly events: EngineEvent[] = []
  readonly exits: number[] = []
  readonly learners: LinearLearner[] = []
  /** Called with each event as it is sent. */
  onEvent: (event: EngineEvent) => void = () => undefined
  #deliver: (message: ToEngine) => void = () => undefined
  #close: () => void = () => undefined
  #replies = new Map<number, (reply: Extract<FromEngine, { type: 'reply' }>) => void>()
  #id = 0

  constructor(parts: Partial<EngineParts> = {}) {
    const port = {
      send: async (message: FromEngine): Promise<void> => {
        if (message.type === 'reply') return this.#replies.get(message.id)?.(message)
        this.events.push(message.event)
        this.onEvent(message.event)
      },
      onMessage: (listener: (message: ToEngine) => void) => void (this.#deliver = listener),
      onClose: (listener: () => void) => void (this.#close = listener),
    }
    const createLearner: EngineParts['createLearner'] = (_, input) => {
      this.learners.push(new LinearLearner(input))
      return this.learners.at(-1)!
    }
    const whole = { loadBackend, createLearner, verifyVectors: () => [], ...parts }
    new Engine(port, whole, (code) => this.exits.push(code)).listen()
  }

  ask(request: EngineRequest): Promise<unknown> {
    const id = ++this.#id
    return new Promise((resolve, reject) => {
      this.#replies.set(id, (reply) => {
        if (reply.ok) resolve(reply.value)
        else reject(new LabError(reply.kind, reply.message, reply.hint))
      })
      this.#deliver({ id, request })
    })
  }

  disconnect(): void {
    this.#close()
  }
}

let dataSetFolder: string
let bench: Bench
beforeEach(async () => {
  dataSetFolder ??= writeDataSet({ train: 40, validation: 0, test: 12 })
  bench = new Bench()
  await bench.ask(start)
})

const training = (change: Partial<TrainRequest> = {}): EngineRequest => ({
  kind: 'train',
  train: { configuration, dataSetFolder, runFolder: temporaryFolder(), resumeFrom: null, mode: 'eager', ...change },
})

/** A run halted in its first epoch. */
async function pausedRun(): Promise<TrainResult> {
  bench.onEvent = ({ kind }) => void (kind === 'started' && void bench.ask({ kind: 'halt', how: 'pause' }))
  const result = (await bench.ask(training())) as TrainResult
  bench.onEvent = () => undefined
  expect(result.reason).toBe('paused')
  return result
}

describe('Engine', () => {
  it('wants a start first, and only one', async () => {
    await expect(new Bench().ask({ kind: 'self-test', size: 4 })).rejects.toThrow('start comes first')
    await expect(bench.ask(start)).rejects.toThrow('started already')
  })

  it('trains, evaluates what it trained, and frees everything', async () => {
    const before = tf.memory().numTensors
    const result = (await bench.ask(training())) as TrainResult
    expect(result.reason).toBe('finished')
    const weights = result.checkpoint!
    const evaluation = (await bench.ask({
      kind: 'evaluate',
      weights,
      configuration,
      dataSetFolder,
      part: 'test',
    })) as Evaluation
    const last = bench.events.filter((event) => event.kind === 'epoch').at(-1)!
    expect(evaluation.predicted).toEqual(last.evaluations[0]!.predicted)
    expect(evaluation.loss).toBe(last.evaluations[0]!.loss)
    expect(evaluation.probabilities).toEqual(last.evaluations[0]!.probabilities)
    expect(bench.learners.map(({ disposed }) => disposed)).toEqual([true, true])
    expect(tf.memory().numTensors).toBe(before)
  })

  it('classifies raw images as evaluation does', async () => {
    const { checkpoint } = (await bench.ask(training())) as TrainResult
    const weights = checkpoint!
    const evaluation = (await bench.ask({
      kind: 'evaluate',
      weights,
      configuration,
      dataSetFolder,
      part: 'test',
    })) as Evaluation
    const { readFileSync } = await import('node:fs')
    const images = new Uint8Array(readFileSync(`${dataSetFolder}/images.u8`)).subarray(40 * 64)
    const classify = (pixels: Uint8Array): Promise<unknown> =>
      bench.ask({ kind: 'classify', weights, configuration, dataSetFolder, images: pixels })
    expect(await classify(images)).toEqual(evaluation.probabilities)
    await expect(classify(images.subarray(1))).rejects.toThrow('are not images of 8 × 8 × 1')
  })

  it('acknowledges a halt at once, before the training ends', async () => {
    const order: string[] = []
    bench.onEvent = ({ kind }) => {
      if (kind === 'started') void bench.ask({ kind: 'halt', how: 'stop' }).then(() => order.push('halt'))
    }
    const result = (await bench.ask(training()).then((value) => (order.push('train'), value))) as TrainResult
    expect(order).toEqual(['halt', 'train'])
    expect(result.reason).toBe('stopped')
    expect(await bench.ask({ kind: 'halt', how: 'stop' })).toBeNull()
  })

  it('refuses a second work while it trains', async () => {
    let refused: Promise<unknown> = Promise.resolve()
    bench.onEvent = ({ kind }) => {
      if (kind === 'started')
        refused = expect(bench.ask({ kind: 'self-test', size: 8 })).rejects.toThrow('at work (train)')
    }
    await bench.ask(training())
    await refused
    expect(await bench.ask({ kind: 'self-test', size: 8 })).toMatchObject({ error: expect.any(Number) as number })
  })

  it('pauses a training that is under way when asked to quit, then ends', async () => {
    let quit: Promise<unknown> = Promise.resolve()
    bench.onEvent = ({ kind }) => void (kind === 'started' && (quit = bench.ask({ kind: 'quit' })))
    const result = (await bench.ask(training())) as TrainResult
    expect(result).toMatchObject({
      reason: 'paused',
      checkpoint: expect.stringContaining('checkpoint-0000-') as string,
    })
    await quit
    await vi.waitFor(() => expect(bench.exits).toEqual([0]))
  })

  it('ends when the lab is gone', () => {
    bench.disconnect()
    expect(bench.exits).toEqual([0])
  })

  it('resumes, and refuses another configuration or other images', async () => {
    const { checkpoint: resumeFrom } = await pausedRun()
    const changed = { ...configuration, training: { ...configuration.training, learningRate: 1 } }
    await expect(bench.ask(training({ resumeFrom, configuration: changed }))).rejects.toThrow('another configuration')
    const others = writeDataSet({ train: 44, validation: 0, test: 12 })
    await expect(bench.ask(training({ resumeFrom, dataSetFolder: others }))).rejects.toThrow('other images')
    expect(await bench.ask(training({ resumeFrom }))).toMatchObject({ reason: 'finished', step: 12 })
    expect(bench.events.filter(({ kind }) => kind === 'log')).toEqual([])
  })

  it('warns when a run goes on with another engine', async () => {
    const { checkpoint: resumeFrom } = await pausedRun()
    const info = await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
    bench = new Bench({ loadBackend: async () => ({ ...info, threads: 7 }) })
    await bench.ask(start)
    await bench.ask(training({ resumeFrom }))
    expect(bench.events.find(({ kind }) => kind === 'log')).toMatchObject({ level: 'warning' })
  })

  it('names a model that does not fit the data', async () => {
    const model = { ...configuration.model, patch: 3 } as typeof configuration.model
    await expect(bench.ask(training({ configuration: { ...configuration, model } }))).rejects.toThrow(LabError)
  })

  it('tells a defect’s message, and writes its stack to stderr', async () => {
    const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined)
    bench = new Bench({
      createLearner: () => {
        throw new TypeError('no such layer')
      },
    })
    await bench.ask(start)
    await expect(bench.ask(training())).rejects.toMatchObject({ kind: 'defect', message: 'no such layer' })
    expect(stderr).toHaveBeenCalledWith(expect.any(TypeError))
    stderr.mockRestore()
  })
})

describe('self-test', () => {
  it('finds products right and notices wrong ones', async () => {
    const right = (await bench.ask({ kind: 'self-test', size: 32 })) as { gflops: number; error: number }
    expect(right.gflops).toBeGreaterThan(0)
    expect(right.error).toBeLessThan(1e-6)
    const matMul = vi.spyOn(tf, 'matMul').mockImplementation((a) => tf.mul(a, 1.001) as never)
    const wrong = (await bench.ask({ kind: 'self-test', size: 32 })) as { error: number }
    expect(wrong.error).toBeGreaterThan(1e-3)
    matMul.mockRestore()
  })
})

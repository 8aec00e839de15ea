import { readdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Configuration } from '../../../shared/experiment/configuration'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { joinSteps, stepColumnNames, type StepColumns } from '../../../shared/metrics/steps'
import { loadBackend } from '../backends/load'
import { tf } from '../backends/tf'
import { openDataSet } from '../data/open'
import type { EngineEvent, EngineInfo, TrainResult } from '../protocol'
import { temporaryFolder, writeDataSet } from '../testing/data-set'
import { LinearLearner } from '../testing/linear-learner'
import { readCheckpoint, readWeights } from './checkpoint'
import { HaltSignal } from './halt'
import { train } from './loop'
import { startPosition } from './position'

let engine: EngineInfo
let dataFolder: string
let folder: string
beforeAll(async () => {
  engine = await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
  dataFolder = writeDataSet({ train: 40, validation: 8, test: 12 })
})
beforeEach(() => {
  folder = temporaryFolder()
})

/** 40 images in batches of 16: three batches an epoch, six steps. */
const configuration = (change: Partial<Configuration['training']> = {}): Configuration => {
  const preset = presets.find(({ name }) => name === 'testing-hrm')!
  const base = presetConfiguration(preset)
  return { ...base, training: { ...base.training, learningRate: 0.02, ...change } }
}

interface Session {
  readonly events: EngineEvent[]
  readonly result: TrainResult
  readonly learner: LinearLearner
}

/** One training request, as the process makes it. */
async function session(
  options: {
    configuration?: Configuration
    resumeFrom?: string
    checkpointInterval?: number
    prepare?: (learner: LinearLearner, halt: HaltSignal) => void
    onEvent?: (event: EngineEvent, halt: HaltSignal) => void
    data?: string
  } = {},
): Promise<Session> {
  const dataSet = openDataSet(options.data ?? dataFolder)
  const learner = new LinearLearner(dataSet.input)
  const halt = new HaltSignal()
  const events: EngineEvent[] = []
  const { resumeFrom = null } = options
  let position = startPosition
  if (resumeFrom) {
    const { state, weights, moments } = readCheckpoint(resumeFrom)
    learner.importWeights(weights)
    learner.importOptimizer({ step: state.optimizerStep, tensors: moments })
    position = state.position
  }
  options.prepare?.(learner, halt)
  const result = await train({
    configuration: options.configuration ?? configuration(),
    dataSet,
    learner,
    engine,
    folder,
    from: { position, checkpoint: resumeFrom },
    halt,
    emit: (event) => {
      events.push(event)
      options.onEvent?.(event, halt)
    },
    tensors: () => tf.memory().numTensors,
    ...(options.checkpointInterval === undefined ? {} : { checkpointInterval: options.checkpointInterval }),
  })
  return { events, result, learner }
}

const of = <K extends EngineEvent['kind']>(
  events: readonly EngineEvent[],
  kind: K,
): Extract<EngineEvent, { kind: K }>[] =>
  events.filter((event): event is Extract<EngineEvent, { kind: K }> => event.kind === kind)
const stepsOf = (events: readonly EngineEvent[]): StepColumns =>
  joinSteps(of(events, 'steps').map(({ steps }) => steps))
/** Columns that a stop must not change: all but the clocks. */
const timeless = (steps: StepColumns): unknown[] =>
  stepColumnNames.filter((name) => name !== 'seconds' && name !== 'wallTime').map((name) => [name, [...steps[name]]])

/** Halts as training on the batch that begins with `step` is under way. */
const haltAt =
  (step: number, how: 'pause' | 'stop' = 'pause') =>
  (learner: LinearLearner, halt: HaltSignal): void => {
    learner.beforeBatch = (at) => {
      if (at === step) halt.request(how)
    }
  }

describe('training', () => {
  it('takes every step of every epoch, learns, and evaluates each epoch', async () => {
    const { events, result } = await session()
    expect(result).toMatchObject({ reason: 'finished', step: 12, epoch: 2, message: null })
    const steps = stepsOf(events)
    expect([...steps.batch]).toEqual([0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5])
    expect([...steps.epoch]).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1])
    expect([...steps.segment]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1])
    expect(steps.loss[0]).toBeCloseTo(Math.log(4), 5)
    expect(steps.loss[11]).toBeLessThan(0.5)
    expect([...steps.seconds]).toEqual([...steps.seconds].sort((a, b) => a - b))

    const epochs = of(events, 'epoch')
    expect(epochs.map(({ epoch }) => epoch)).toEqual([0, 1])
    expect(epochs[0]!.evaluations.map(({ part, images }) => [part, images])).toEqual([
      ['validation', 8],
      ['test', 12],
    ])
    expect(epochs[0]!.evaluations[1]!.probabilities).toHaveLength(12 * 4)
    expect(epochs[1]!.evaluations[1]!.probabilities).toHaveLength(12 * 4)
    expect(epochs[1]!.evaluations[1]!.accuracy).toBeGreaterThan(0.9)
  })

  it('means the epoch’s loss over images and segments', async () => {
    const { events } = await session()
    const steps = stepsOf(events)
    const images = [16, 16, 8]
    const sum = images.reduce((total, n, b) => total + n * (steps.loss[2 * b]! + steps.loss[2 * b + 1]!), 0)
    expect(of(events, 'epoch')[0]!.trainLoss).toBeCloseTo(sum / 80, 6)
  })

  it('begins with where it starts and has sent all steps before a checkpoint is told', async () => {
    const { events } = await session()
    expect(events[0]).toMatchObject({
      kind: 'started',
      step: 0,
      epoch: 0,
      batch: 0,
      batchesPerEpoch: 3,
      stepsPerBatch: 2,
    })
    let sent = 0
    for (const event of events) {
      if (event.kind === 'steps') sent += event.steps.loss.length
      if (event.kind === 'checkpoint') expect(sent).toBe(event.step)
    }
  })

  it('measures the batch again after its update when the author’s metrics are asked for', async () => {
    const plain = await session()
    const author = await session({ configuration: configuration({ authorMetrics: true, labelSmoothing: 0.1 }) })
    const steps = stepsOf(author.events)
    expect([...stepsOf(plain.events).authorLoss].every(Number.isNaN)).toBe(true)
    expect(of(plain.events, 'epoch')[0]!.authorLoss).toBeNull()
    expect([...steps.authorLoss].map(Number.isNaN)).toEqual([...steps.segment].map((segment) => segment === 0))
    expect([...steps.loss]).toEqual([...stepsOf(plain.events).loss])
    const [epoch] = of(author.events, 'epoch')
    const weighted = (16 * steps.authorAccuracy[1]! + 16 * steps.authorAccuracy[3]! + 8 * steps.authorAccuracy[5]!) / 40
    expect(epoch!.authorAccuracy).toBeCloseTo(weighted, 6)
  })

  it('evaluates the training part after the last epoch when asked for', async () => {
    const { events } = await session({ configuration: configuration({ finalTrainEvaluation: true }) })
    expect(of(events, 'epoch').map(({ evaluations }) => evaluations.map(({ part }) => part))).toEqual([
      ['validation', 'test'],
      ['validation', 'test', 'train'],
    ])
  })
})

describe('halt', () => {
  it('comes as a pause when the batch in work is done', async () => {
    const { result, events } = await session({ prepare: haltAt(2, 'pause') })
    expect(result).toMatchObject({ reason: 'paused', step: 4, epoch: 0 })
    expect(stepsOf(events).loss).toHaveLength(4)
    expect(readCheckpoint(result.checkpoint!).state.position).toMatchObject({ epoch: 0, batch: 2, step: 4 })
  })

  it('comes as a stop when the step in work is done, with what it learned', async () => {
    const before = tf.memory().numTensors
    const author = configuration({ authorMetrics: true })
    const { result, events, learner } = await session({ configuration: author, prepare: haltAt(2, 'stop') })
    expect(result).toMatchObject({ reason: 'stopped', step: 3, epoch: 0 })
    const { loss, authorLoss } = stepsOf(events)
    expect(loss).toHaveLength(3)
    expect(authorLoss[2]).toBeNaN() // The extra pass is over a whole batch's weights.
    const { state, weights } = readCheckpoint(result.checkpoint!)
    expect(state).toMatchObject({ optimizerStep: 3, position: { epoch: 0, batch: 2, step: 3 } })
    expect(weights).toEqual(learner.exportWeights())
    expect(tf.memory().numTensors).toBe(before)
  })

  it('comes as a stop in the last batch of an epoch, which is not evaluated then', async () => {
    const { result, events } = await session({ prepare: haltAt(4, 'stop') })
    expect(result).toMatchObject({ reason: 'stopped', step: 5, epoch: 0 })
    expect(of(events, 'epoch')).toHaveLength(0)
  })

  it('is heard between two batches: a message that arrives during one is read before the next', async () => {
    const { result } = await session({
      prepare: (learner, halt) => {
        learner.beforeBatch = (step) => {
          // As a message would: through the event loop, which only turns when the loop lets it.
          if (step === 0) setImmediate(() => halt.request('pause'))
        }
      },
    })
    expect(result.step).toBeLessThanOrEqual(4)
  })

  it('breaks an evaluation off, and the resumed run evaluates that epoch', async () => {
    const paused = await session({
      onEvent: (event, halt) => {
        if (event.kind === 'checkpoint') halt.request('pause')
      },
    })
    expect(paused.result).toMatchObject({ reason: 'paused', step: 6, epoch: 0 })
    expect(of(paused.events, 'epoch')).toHaveLength(0)
    const resumed = await session({ resumeFrom: paused.result.checkpoint! })
    expect(of(resumed.events, 'epoch').map(({ epoch }) => epoch)).toEqual([0, 1])
    expect(resumed.result).toMatchObject({ reason: 'finished', step: 12 })
  })
})

describe('resume', () => {
  it.each([2, 4, 6, 8, 10])(
    'after a pause in the batch of step %i gives the bits of a run never stopped',
    async (step) => {
      const straight = await session()
      folder = temporaryFolder()
      const first = await session({ prepare: haltAt(step) })
      const second = await session({ resumeFrom: first.result.checkpoint! })
      expect(second.events[0]).toMatchObject({ kind: 'started', step: first.result.step })
      const steps = joinSteps([first, second].flatMap(({ events }) => of(events, 'steps').map((event) => event.steps)))
      expect(timeless(steps)).toEqual(timeless(stepsOf(straight.events)))
      expect(second.learner.exportWeights()).toEqual(straight.learner.exportWeights())
      expect(second.learner.exportOptimizer()).toEqual(straight.learner.exportOptimizer())
      const trained = (runs: readonly Session[]): unknown[] =>
        runs
          .flatMap(({ events }) => of(events, 'epoch'))
          .map(({ trainLoss, trainAccuracy }) => [trainLoss, trainAccuracy])
      expect(trained([first, second])).toEqual(trained([straight]))
    },
  )

  it('counts on the seconds of training', async () => {
    const first = await session({ prepare: haltAt(6) })
    const second = await session({ resumeFrom: first.result.checkpoint! })
    expect(stepsOf(second.events).seconds[0]).toBeGreaterThan(stepsOf(first.events).seconds.at(-1)!)
  })
})

describe('checkpoints', () => {
  it('are the last, the one before it, and the best on the validation part', async () => {
    const { events, result } = await session({ configuration: configuration({ epochs: 4 }) })
    const files = readdirSync(folder).sort()
    const { best } = readCheckpoint(result.checkpoint!).state.position
    const accuracies = of(events, 'epoch').map(({ evaluations }) => evaluations[0]!.accuracy)
    expect(best!.epoch).toBe(accuracies.indexOf(Math.max(...accuracies)))
    const expected = ['checkpoint-0003-000003.safetensors', 'checkpoint-0004-000000.safetensors', best!.file]
    expect(files).toEqual([...new Set(expected)].sort())
    expect(basename(result.checkpoint!)).toBe('checkpoint-0004-000000.safetensors')
  })

  it('come within an epoch as well, after their interval', async () => {
    const { events } = await session({ checkpointInterval: 0 })
    const names = of(events, 'checkpoint').map(({ file }) => basename(file))
    expect(names.slice(0, 4)).toEqual([
      'checkpoint-0000-000001.safetensors',
      'checkpoint-0000-000002.safetensors',
      'checkpoint-0000-000003.safetensors',
      'checkpoint-0001-000000.safetensors',
    ])
  })

  it('hold the weights that were trained', async () => {
    const { learner, result } = await session()
    expect(readWeights(result.checkpoint!)).toEqual(learner.exportWeights())
  })
})

describe('divergence', () => {
  it('ends the run with the step, everything recorded, and the last good checkpoint', async () => {
    const { events, result } = await session({ prepare: (learner) => void (learner.breakAt = 9) })
    expect(result).toMatchObject({ reason: 'diverged', step: 8, epoch: 1 })
    expect(result.message).toContain('NaN')
    expect(result.message).toContain('step 9 (epoch 2, batch 2 of 3)')
    expect(stepsOf(events).loss).toHaveLength(10)
    expect(stepsOf(events).loss[9]).toBeNaN()
    expect(basename(result.checkpoint!)).toBe('checkpoint-0001-000000.safetensors')
    expect(readFileSync(result.checkpoint!).length).toBeGreaterThan(0)
  })

  it('writes no checkpoint of weights that are not finite', async () => {
    const { result } = await session({
      prepare: (learner) => {
        const exportWeights = learner.exportWeights.bind(learner)
        learner.exportWeights = () => exportWeights().map((t) => ({ ...t, data: t.data.fill(NaN, 0, 1) }))
      },
    })
    expect(result).toMatchObject({ reason: 'diverged', checkpoint: null })
    expect(result.message).toContain('head')
    expect(readdirSync(folder)).toEqual([])
  })
})

describe('the process’s resources', () => {
  it('keeps the tensor count over 200 steps and evaluations', async () => {
    const before = tf.memory().numTensors
    const { result } = await session({ configuration: configuration({ epochs: 34 }) })
    expect(result.step).toBe(204)
    expect(tf.memory().numTensors).toBe(before)
  })

  it('sends at most ten step messages and ten progress messages a second', async () => {
    const data = writeDataSet({ train: 6000, validation: 0, test: 4 })
    const times: number[] = []
    const began = performance.now()
    const { events } = await session({
      data,
      configuration: configuration({ epochs: 1, batch: 4 }),
      onEvent: ({ kind }) => void (kind === 'steps' && times.push(performance.now())),
    })
    const seconds = (performance.now() - began) / 1000
    expect(stepsOf(events).loss).toHaveLength(3000)
    // One more for the steps that go before the epoch's checkpoint.
    expect(times.length).toBeLessThanOrEqual(Math.ceil(seconds * 10) + 1)
    expect(of(events, 'progress').length).toBeLessThanOrEqual(Math.ceil(seconds * 10))
    expect(times.length).toBeGreaterThan(1)
    for (let i = 1; i < times.length - 1; i++) expect(times[i]! - times[i - 1]!).toBeGreaterThan(50)
  })
})

it('writes checkpoints only into the run’s folder', async () => {
  const nested = join(folder, 'runs', 'one')
  folder = nested
  await session()
  expect(readdirSync(nested).length).toBeGreaterThan(0)
})

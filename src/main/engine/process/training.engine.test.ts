import { fork } from 'node:child_process'
import { appendFileSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { build } from 'vite'
import { engineBinding } from '../../../../tests/engine-binding'
import type { Configuration } from '../../../shared/experiment/configuration'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { joinSteps, stepColumnNames, type StepColumns } from '../../../shared/metrics/steps'
import { EngineProcess } from '../../lab/engine/supervisor'
import { xlaCacheFolder } from '../backends/xla-cache'
import type { EngineEvent, EngineReplies, TrainResult } from '../protocol'
import { temporaryFolder, writeDataSet } from '../testing/data-set'
import { readSafetensors } from '../training/safetensors'

/** Inside the project, so that the bundle finds its packages. */
const root = fileURLToPath(new URL('../../../..', import.meta.url))
const out = join(root, 'node_modules', '.cache', `engine-test-${process.pid}`)
const engine = new EngineProcess({ entry: join(out, 'engine.js') })
let events: EngineEvent[] = []
let dataSetFolder: string

beforeAll(async () => {
  await build({
    configFile: false,
    logLevel: 'error',
    build: {
      outDir: out,
      ssr: join(root, 'src/main/engine/index.ts'),
      rollupOptions: { output: { entryFileNames: 'engine.js' } },
    },
  })
  engine.onEvent((event) => events.push(event))
  // Batches of 16: five an epoch, the last one of 6 images.
  dataSetFolder = writeDataSet({ train: 70, validation: 0, test: 24 })
})
afterEach(() => engine.stop())
afterAll(() => rmSync(out, { recursive: true, force: true }))

/** A new process each time: nothing may live on in it. */
async function start(lanes = 1): Promise<void> {
  await engine.stop()
  events = []
  await engine.start({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 2, lanes })
}

const configuration = (preset: string, training: Partial<Configuration['training']> = {}): Configuration => {
  const base = presetConfiguration(presets.find(({ name }) => name === preset)!)
  // Dropout, so that its masks must be the same again as well.
  const model = base.model.family === 'cnn' ? { ...base.model, dropout: 0.2 } : base.model
  return { ...base, model, training: { ...base.training, ...training } }
}

interface Session {
  readonly result: TrainResult
  readonly steps: StepColumns
  readonly events: EngineEvent[]
}

/** One training in a new process, in lanes where it is a graph; `pauseAfter`: halt when so many steps have been told. */
async function session(
  of: Configuration,
  runFolder: string,
  { resumeFrom = null, pauseAfter = Infinity }: { resumeFrom?: string | null; pauseAfter?: number } = {},
): Promise<Session> {
  const mode = of.training.mode === 'auto' ? 'eager' : of.training.mode
  await start(mode === 'graph' ? 2 : 1)
  let told = 0
  const forget = engine.onEvent((event) => {
    if (event.kind !== 'steps') return
    told += event.steps.loss.length
    if (told >= pauseAfter) void engine.request({ kind: 'halt', how: 'pause' })
  })
  const train = { configuration: of, dataSetFolder, runFolder, resumeFrom, mode }
  const result = await engine.request({ kind: 'train', train })
  forget()
  return { result, events, steps: joinSteps(events.filter((e) => e.kind === 'steps').map((e) => e.steps)) }
}

const timeless = (steps: StepColumns): unknown[] =>
  stepColumnNames.filter((name) => name !== 'seconds' && name !== 'wallTime').map((name) => [name, [...steps[name]]])
const tensors = (file: string): Map<string, Buffer> =>
  new Map(readSafetensors(file).tensors.map(({ name, data }) => [name, Buffer.from(data.buffer)]))

describe.each([
  ['testing-hrm', 'eager'],
  ['testing-hrm', 'graph'],
  ['testing-hrm-stem', 'eager'],
  ['testing-cnn', 'eager'],
] as const)('%s, %s, in its own process', (preset, mode) => {
  it('gives the same bits twice, and when it was paused and went on in a new process', async () => {
    // Enough epochs that a pause, which goes through two processes, finds it still at work.
    const of = configuration(preset, { epochs: 4, mode })
    const [once, again, paused] = [temporaryFolder(), temporaryFolder(), temporaryFolder()]
    const first = await session(of, once)
    const second = await session(of, again)
    expect(first.result.reason).toBe('finished')
    expect(timeless(second.steps)).toEqual(timeless(first.steps))
    expect(tensors(second.result.checkpoint!)).toEqual(tensors(first.result.checkpoint!))

    const before = await session(of, paused, { pauseAfter: 1 })
    expect(before.result.reason).toBe('paused')
    expect(before.result.step).toBeLessThan(first.result.step)
    const after = await session(of, paused, { resumeFrom: before.result.checkpoint })
    expect(after.result).toMatchObject({ reason: 'finished', step: first.result.step })
    expect(timeless(joinSteps([before.steps, after.steps]))).toEqual(timeless(first.steps))
    expect(tensors(after.result.checkpoint!)).toEqual(tensors(first.result.checkpoint!))
    const evaluated = (runs: readonly Session[]): unknown[] =>
      runs
        .flatMap((run) => run.events)
        .filter((event) => event.kind === 'epoch')
        .map(({ epoch, trainLoss, evaluations }) => ({ epoch, trainLoss, ...evaluations[0]!, seconds: 0 }))
    expect(evaluated([before, after])).toEqual(evaluated([first]))
  })
})

/** Tensors alive at each report while training. */
const tensorCounts = (of: readonly EngineEvent[]): number[] =>
  of
    .filter((event) => event.kind === 'progress' && event.phase === 'training')
    .map((event) => (event as { tensors: number }).tensors)

describe('the engine process', () => {
  it.each<[string, number]>([
    ['testing-hrm', 20],
    ['testing-cnn', 40],
  ])('learns with %s over 200 steps, its tensor count constant', async (preset, epochs) => {
    const { result, steps, events } = await session(
      configuration(preset, { epochs, learningRate: 0.003 }),
      temporaryFolder(),
    )
    expect(result.step).toBe(200)
    expect(steps.loss.at(-1)).toBeLessThan(0.5 * steps.loss[0]!)
    expect(tensorCounts(events).length).toBeGreaterThan(2)
    expect(new Set(tensorCounts(events)).size).toBe(1)
  })

  it('evaluates and classifies from a checkpoint as the training did', async () => {
    const of = configuration('testing-hrm', { epochs: 1 })
    const { result, events } = await session(of, temporaryFolder())
    const weights = result.checkpoint!
    const last = events.filter((event) => event.kind === 'epoch').at(-1)!.evaluations[0]!
    const evaluation = await engine.request({
      kind: 'evaluate',
      weights,
      configuration: of,
      dataSetFolder,
      part: 'test',
    })
    expect({ ...evaluation, seconds: 0 }).toEqual({ ...last, seconds: 0 })
    const images = new Uint8Array(readFileSync(join(dataSetFolder, 'images.u8'))).subarray(70 * 64)
    const probabilities: EngineReplies['classify'] = await engine.request({
      kind: 'classify',
      weights,
      configuration: of,
      dataSetFolder,
      images,
    })
    probabilities.forEach((p, i) => expect(p).toBeCloseTo(last.probabilities![i]!, 5))
  })

  it('takes what another process recorded and compiled with the same bits, and compiles anew what was damaged, saying so', async () => {
    const of = configuration('testing-cnn', { epochs: 1, mode: 'xla' })
    const cache = xlaCacheFolder(engineBinding())
    rmSync(cache, { recursive: true, force: true })
    const logs = ({ events }: Session): string[] =>
      events.flatMap((event) => (event.kind === 'log' ? [event.message] : []))
    const compiled = (): string[] => readdirSync(cache).filter((name) => name.endsWith('.pb'))
    const [first, again] = [await session(of, temporaryFolder()), await session(of, temporaryFolder())]
    expect(timeless(again.steps)).toEqual(timeless(first.steps))
    expect(logs(again)).toEqual(logs(first))
    // A whole batch, and the last one of an epoch.
    expect(compiled()).toHaveLength(2)
    appendFileSync(join(cache, compiled()[0]!), 'damaged')
    // The newest recordings are those of this training.
    const recordings = join(dirname(engineBinding()), 'recordings')
    const made = (name: string): number => statSync(join(recordings, name)).mtimeMs
    const [newest] = readdirSync(recordings).sort((a, b) => made(b) - made(a))
    appendFileSync(join(recordings, newest!), 'damaged')
    const last = await session(of, temporaryFolder())
    expect(timeless(last.steps)).toEqual(timeless(first.steps))
    expect(logs(last).filter((message) => message.includes('damaged'))).toEqual([
      expect.stringMatching(/^2 recorded or compiled steps/),
    ])
    expect(compiled()).toHaveLength(2)
  })

  it('multiplies right, and says how fast', async () => {
    await start()
    const { gflops, error } = await engine.request({ kind: 'self-test', size: 512 })
    expect(gflops).toBeGreaterThan(1)
    expect(error).toBeLessThan(1e-6)
  })

  it('ends when the lab is gone', async () => {
    const child = fork(join(out, 'engine.js'), [], { serialization: 'advanced', execArgv: [] })
    const exit = new Promise((resolve) => child.once('exit', (code, signal) => resolve([code, signal])))
    child.send({ id: 1, request: { kind: 'halt', how: 'stop' } })
    await new Promise((resolve) => child.once('message', resolve))
    child.disconnect()
    expect(await exit).toEqual([0, null])
  })

  it('goes on from its last checkpoint after it was killed', async () => {
    const of = configuration('testing-cnn', { epochs: 6 })
    const runFolder = temporaryFolder()
    await start()
    let checkpoint: string | null = null
    const killed = new Promise<number>((resolve) => {
      engine.onEvent((event) => {
        if (event.kind !== 'checkpoint' || event.epoch !== 1 || checkpoint) return
        checkpoint = event.file
        resolve(event.step)
      })
    })
    const training = engine.request({
      kind: 'train',
      train: { configuration: of, dataSetFolder, runFolder, resumeFrom: null, mode: 'eager' },
    })
    const dies = expect(training).rejects.toThrow('SIGKILL')
    const step = await killed
    process.kill(engine.pid!, 'SIGKILL')
    await dies
    const { events, result } = await session(of, runFolder, { resumeFrom: checkpoint })
    expect(events[0]).toMatchObject({ kind: 'started', step })
    expect(result.reason).toBe('finished')
  })
})

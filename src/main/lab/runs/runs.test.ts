import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/errors'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { exampleSteps, importReport, manifest, temporaryFolder } from '../../store/testing/fixtures'
import { Lab } from '../lab'
import { MemoryShortfalls } from './memory-shortfalls'
import type { TrainOptions } from './runs'
import { engineInfo as info, ScriptedEngine, trainResult as result } from './testing/scripted-engine'

const configuration = presetConfiguration(presets.find(({ name }) => name === 'testing-cnn')!)
describe('Runs', () => {
  let lab: Lab
  beforeEach(() => {
    lab = Lab.open({ home: temporaryFolder() })
    mkdirSync(join(lab.home.folder, 'datasets', 'digits'))
    writeFileSync(join(lab.home.folder, 'datasets', 'digits', 'labels.u16'), Buffer.alloc(24))
    lab.store.dataSets.insert({ id: 'digits', folder: 'datasets/digits', manifest: manifest(), report: importReport })
  })
  afterEach(() => lab.close())

  const queue = (seed = 42) =>
    lab.runs.create({ name: 'try', configuration, dataSet: lab.dataSets.get('digits'), seeds: [seed] })[0]!
  const train = (run: ReturnType<typeof queue>, engine: ScriptedEngine, more: Partial<TrainOptions> = {}) =>
    lab.runs.train(run, {
      engine: engine as unknown as TrainOptions['engine'],
      info,
      signal: new AbortController().signal,
      onEvent: () => undefined,
      ...more,
    })
  const state = (id: string) => lab.store.runs.get(id)

  it('records what the engine tells and how it ended', async () => {
    const run = queue(7)
    const engine = new ScriptedEngine(async (tell) => {
      tell({ kind: 'steps', steps: exampleSteps(0, 4) })
      return result('finished')
    })
    await train(run, engine)
    expect(state(run.id)).toMatchObject({ state: 'finished', seed: 7, engine: info })
    expect(lab.store.steps.count(run.id)).toBe(4)
    const [asked] = engine.requests
    expect(asked).toMatchObject({
      kind: 'train',
      train: { resumeFrom: null, configuration: { training: { seed: 7 } } },
    })
    await expect(train(state(run.id), engine)).rejects.toThrow(/has finished/)
  })

  it('pauses at the signal', async () => {
    const controller = new AbortController()
    const run = queue()
    const engine = new ScriptedEngine(async (_tell, halted) => {
      controller.abort()
      await halted
      return result('paused')
    })
    await train(run, engine, { signal: controller.signal })
    expect(engine.requests.at(-1)).toEqual({ kind: 'halt', how: 'pause' })
    expect(state(run.id).state).toBe('paused')
  })

  it('ends a run for good at the other signal, which outweighs a pause', async () => {
    const [pause, stop] = [new AbortController(), new AbortController()]
    const run = queue()
    const engine = new ScriptedEngine(async (_tell, halted) => {
      await Promise.resolve() // Begun: both signals come after it.
      pause.abort()
      stop.abort()
      await halted
      return result('stopped')
    })
    await train(run, engine, { signal: pause.signal, stop: stop.signal })
    expect(engine.requests.slice(1)).toEqual([
      { kind: 'halt', how: 'pause' },
      { kind: 'halt', how: 'stop' },
    ])
    expect(state(run.id).state).toBe('stopped')
  })

  it('fails a run that diverged, with the reason', async () => {
    const run = queue()
    await train(run, new ScriptedEngine(async () => result('diverged', 'The loss is NaN at step 4.')))
    expect(state(run.id)).toMatchObject({ state: 'failed', message: 'The loss is NaN at step 4.' })
    expect(lab.store.log.list(run.id).at(-1)).toMatchObject({ level: 'error', message: 'The loss is NaN at step 4.' })
  })

  it('keeps what was recorded when the engine dies, and says how', async () => {
    const run = queue()
    const engine = new ScriptedEngine(async (tell) => {
      tell({ kind: 'steps', steps: exampleSteps(0, 3) })
      throw new LabError('engine', 'The engine process was ended by SIGKILL.')
    })
    await expect(train(run, engine)).rejects.toThrow(/SIGKILL/)
    expect(state(run.id)).toMatchObject({ state: 'failed', message: 'The engine process was ended by SIGKILL.' })
    expect(lab.store.steps.count(run.id)).toBe(3)
  })

  it('expects more of such models once one did not fit into the memory', async () => {
    const run = queue()
    const engine = new ScriptedEngine(async () => {
      throw new LabError('out-of-memory', 'The memory is not enough.', 'Take a smaller batch.')
    })
    await expect(train(run, engine)).rejects.toThrow('The memory is not enough.')
    expect(state(run.id)).toMatchObject({ state: 'failed', message: 'The memory is not enough.' })
    const { model } = lab.runs.configuration(run)
    const expected = 1e9
    const shortfalls = new MemoryShortfalls(lab.store.settings)
    expect(shortfalls.corrected(model.family, expected)).toBeGreaterThan(expected)
    await train(queue(), new ScriptedEngine(async () => result('finished')))
    expect(shortfalls.corrected(model.family, expected)).toBe(expected)
  })

  it('halts the training when it cannot be recorded', async () => {
    const run = queue()
    const engine = new ScriptedEngine(async (tell, halted) => {
      tell({ kind: 'steps', steps: exampleSteps(9, 1) }) // A hole: steps 0 … 8 were never told.
      tell({ kind: 'checkpoint', file: 'checkpoint-0000-000001.safetensors', step: 10, epoch: 0, bytes: 1 })
      await halted
      return result('paused')
    })
    await expect(train(run, engine)).rejects.toThrow(/steps recorded/)
    expect(state(run.id).state).toBe('failed')
  })

  it('finds a run of the very same configuration that can go on', () => {
    const run = queue()
    const data = lab.dataSets.get('digits')
    const withSeed = (seed: number) => ({ ...configuration, training: { ...configuration.training, seed } })
    expect(lab.runs.findUnfinished(withSeed(42), data)?.id).toBe(run.id)
    expect(lab.runs.findUnfinished(withSeed(43), data)).toBeNull()
    lab.store.runs.setState(run.id, 'finished')
    expect(lab.runs.findUnfinished(withSeed(42), data)).toBeNull()
  })

  it('refuses a model that cannot be built for the data’s images', () => {
    const hrm = presetConfiguration(presets.find(({ name }) => name === 'testing-hrm')!)
    const broken = { ...hrm, model: { ...hrm.model, patch: 3 } as typeof hrm.model }
    const create = () =>
      lab.runs.create({ name: 'x', configuration: broken, dataSet: lab.dataSets.get('digits'), seeds: [1] })
    expect(create).toThrow(/patch \(3\) must divide/)
    expect(lab.store.runs.list()).toEqual([])
  })
})

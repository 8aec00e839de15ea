import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LabEvent } from '../../../shared/contract/events'
import { LabError } from '../../../shared/errors'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { exampleSteps, importReport, manifest, temporaryFolder } from '../../store/testing/fixtures'
import { EventBus } from '../contract/event-bus'
import { Lab } from '../lab'
import { RunQueue } from './queue'
import { type Script, ScriptedEngine, trainResult } from './testing/scripted-engine'

const configuration = presetConfiguration(presets.find(({ name }) => name === 'testing-cnn')!)

/** Trains until it is halted. */
const untilHalted: Script = async (_tell, halted) => trainResult((await halted) === 'stop' ? 'stopped' : 'paused')
const atOnce: Script = async () => trainResult('finished')

describe('RunQueue', () => {
  let home: string
  let lab: Lab
  let queue: RunQueue
  let engines: ScriptedEngine[]
  /** Seeds in the order they were trained. */
  let trained: number[]
  let scripts: Record<number, Script>
  let events: LabEvent[]
  let opening: () => Promise<void>

  /** Opens the lab and its queue in the same folder, as a start of the program does. */
  const open = (idleMs = 60_000): void => {
    lab = Lab.open({ home })
    const bus = new EventBus()
    bus.subscribe((batch) => events.push(...batch.events))
    const emit = bus.emit.bind(bus)
    bus.emit = (event) => {
      emit(event)
      bus.flush()
    }
    const openEngine = async () => {
      await opening()
      const engine = new ScriptedEngine(async (tell, halted, train) => {
        const { seed } = train.configuration.training
        trained.push(seed)
        return (scripts[seed] ?? atOnce)(tell, halted, train)
      })
      engines.push(engine)
      return engine.opened
    }
    queue = new RunQueue(lab, { events: bus, openEngine, idleMs })
  }

  beforeEach(() => {
    home = temporaryFolder()
    ;[engines, trained, events, scripts] = [[], [], [], {}]
    opening = () => Promise.resolve()
    open()
    mkdirSync(join(home, 'datasets', 'digits'))
    writeFileSync(join(home, 'datasets', 'digits', 'labels.u16'), Buffer.alloc(24))
    lab.store.dataSets.insert({ id: 'digits', folder: 'datasets/digits', manifest: manifest(), report: importReport })
  })
  afterEach(async () => {
    await queue.close()
    lab.close()
  })

  const add = (...seeds: number[]): string[] => {
    const runs = lab.runs.create({ name: 'try', configuration, dataSet: lab.dataSets.get('digits'), seeds })
    runs.forEach((run) => queue.enqueue(run))
    return runs.map(({ id }) => id)
  }
  const state = (id: string) => lab.store.runs.get(id).state
  const idle = () => vi.waitFor(() => expect([queue.running, queue.waiting()]).toEqual([null, []]))
  const training = (seed: number) => vi.waitFor(() => expect(trained.at(-1)).toBe(seed))

  it('trains what waits in the order given, one at a time, with one engine', async () => {
    const ids = add(1, 2, 3)
    expect(queue.waiting()).toEqual(ids)
    expect(trained).toEqual([])
    expect(() => queue.order(ids.slice(1))).toThrow(/changed meanwhile/)
    expect(() => queue.order([ids[0]!, ids[0]!, ids[1]!])).toThrow(LabError)
    queue.order([ids[2]!, ids[0]!, ids[1]!])
    queue.start()
    await idle()
    expect(trained).toEqual([3, 1, 2])
    expect(engines).toHaveLength(1)
    expect(ids.map(state)).toEqual(['finished', 'finished', 'finished'])
    expect(() => queue.enqueue({ id: ids[0]! })).toThrow(/has finished/)
  })

  it('begins a new engine with the next run when its options have changed, and ends one without work', async () => {
    scripts = { 1: untilHalted }
    const [one] = add(1, 2) as [string]
    queue.start()
    await training(1)
    await queue.renewEngine()
    expect(engines[0]!.stopped).toBe(0)
    queue.stop(one)
    await idle()
    expect(engines.map(({ stopped }) => stopped)).toEqual([1, 0])
    await queue.renewEngine()
    expect(engines.map(({ stopped }) => stopped)).toEqual([1, 1])
  })

  it('leaves alone what was made outside of it', async () => {
    const [run] = lab.runs.create({ name: 'cli', configuration, dataSet: lab.dataSets.get('digits'), seeds: [9] })
    queue.start()
    add(1)
    await idle()
    expect(trained).toEqual([1])
    expect(state(run!.id)).toBe('queued')
  })

  it('pauses and stops the one that runs, and goes on with the next; resumed it is the last', async () => {
    scripts = { 1: untilHalted, 2: untilHalted }
    const [one, two, three] = add(1, 2, 3) as [string, string, string]
    queue.start()
    await training(1)
    queue.pause(one)
    await training(2)
    expect(state(one)).toBe('paused')
    expect(queue.waiting()).toEqual([three])
    scripts[1] = atOnce
    queue.resume(one)
    expect(state(one)).toBe('queued')
    expect(queue.waiting()).toEqual([three, one])
    queue.stop(two)
    await idle()
    expect(trained).toEqual([1, 2, 3, 1])
    expect([one, two, three].map(state)).toEqual(['finished', 'stopped', 'finished'])
    expect(engines[0]!.requests.filter(({ kind }) => kind === 'halt')).toEqual([
      { kind: 'halt', how: 'pause' },
      { kind: 'halt', how: 'stop' },
    ])
    expect(() => queue.resume(two)).toThrow(/been stopped/)
    expect(() => queue.stop(two)).toThrow(/ended already/)
    expect(() => queue.pause(two)).toThrow(/neither/)
  })

  it('takes a waiting run out: paused to be resumed, stopped for good', async () => {
    const [one, two] = add(1, 2) as [string, string]
    queue.stop(one)
    queue.pause(two)
    expect([state(one), state(two)]).toEqual(['stopped', 'paused'])
    queue.start()
    await idle()
    expect(trained).toEqual([])
  })

  it('a stop outweighs the pause that is under way', async () => {
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    scripts[1] = async (_tell, halted) => {
      const how = await halted
      await gate
      return trainResult(how === 'stop' ? 'stopped' : 'paused')
    }
    const [one] = add(1) as [string]
    queue.start()
    await training(1)
    queue.pause(one)
    expect(() => queue.resume(one)).toThrow(/has its turn/)
    queue.stop(one)
    queue.pauseAll()
    release()
    await vi.waitFor(() => expect(queue.running).toBeNull())
    expect(state(one)).toBe('stopped')
    expect(queue.waiting()).toEqual([])
  })

  it('a run that fails does not stop the queue, whatever it fails of', async () => {
    scripts[1] = async () => trainResult('diverged', 'The loss is NaN.')
    scripts[2] = async () => {
      throw new LabError('bad-input', 'No such checkpoint.')
    }
    const ids = add(1, 2, 3)
    queue.start()
    await idle()
    expect(ids.map(state)).toEqual(['failed', 'failed', 'finished'])
    expect(engines).toHaveLength(1)
    expect(queue.paused).toBe(false)
  })

  it('a run whose folder cannot be made fails, instead of being tried for ever', async () => {
    const [one, two] = add(1, 2) as [string, string]
    writeFileSync(join(home, 'runs', one), '')
    queue.start()
    await idle()
    expect([state(one), state(two)]).toEqual(['failed', 'finished'])
    expect(lab.store.log.list(one).at(-1)).toMatchObject({ level: 'error' })
  })

  it('an engine that dies leaves its run interrupted and is opened anew for the next', async () => {
    const [one, two] = add(1, 2) as [string, string]
    const file = 'checkpoint-0000-000001.safetensors'
    scripts[1] = async (tell, halted) => {
      writeFileSync(join(home, 'runs', one, file), '')
      tell({ kind: 'steps', steps: exampleSteps(0, 4) })
      tell({ kind: 'checkpoint', file, step: 4, epoch: 0, bytes: 1 })
      await halted
      return trainResult('paused')
    }
    queue.start()
    await training(1)
    engines[0]!.die()
    await idle()
    expect([state(one), state(two)]).toEqual(['interrupted', 'finished'])
    expect(engines).toHaveLength(2)
    scripts[1] = async (_tell, _halted, train) => {
      expect(train.resumeFrom).toContain(file)
      return trainResult('finished')
    }
    queue.resume(one)
    await idle()
    expect(state(one)).toBe('finished')
  })

  it('an engine that cannot be set up pauses the queue and fails no run', async () => {
    opening = () => Promise.reject(new LabError('engine', 'No compiler.', 'Install one.'))
    const ids = add(1, 2)
    queue.start()
    await vi.waitFor(() => expect(queue.paused).toBe(true))
    await vi.waitFor(() => expect(queue.running).toBeNull())
    expect(queue.problem).toEqual({ message: 'No compiler.', hint: 'Install one.' })
    expect(queue.waiting()).toEqual(ids)
    expect(ids.map(state)).toEqual(['queued', 'queued'])
    opening = () => Promise.resolve()
    queue.continue()
    await idle()
    expect(queue.problem).toBeNull()
    expect(trained).toEqual([1, 2])
  })

  it('obeys at once while the engine is still being set up', async () => {
    let ready = (): void => undefined
    opening = () => new Promise((resolve) => (ready = resolve))
    const [one, two] = add(1, 2) as [string, string]
    queue.start()
    expect(queue.running).toBe(one)
    queue.stop(one)
    await vi.waitFor(() => expect([state(one), queue.running]).toEqual(['stopped', two]))
    await queue.close()
    expect(state(two)).toBe('queued')
    ready()
    await vi.waitFor(() => expect(engines[0]?.stopped).toBe(1))
    expect(trained).toEqual([])
  })

  it('paused as a whole it stays paused over a restart, and goes on with what was halted', async () => {
    scripts[1] = untilHalted
    const [one, two] = add(1, 2) as [string, string]
    queue.start()
    await training(1)
    queue.pauseAll()
    await vi.waitFor(() => expect(queue.running).toBeNull())
    expect(state(one)).toBe('paused')
    expect(queue.waiting()).toEqual([one, two])
    await queue.close()
    lab.close()
    open()
    queue.start()
    expect([queue.paused, queue.running]).toEqual([true, null])
    scripts = {}
    queue.continue()
    await idle()
    expect(trained).toEqual([1, 1, 2])
  })

  it('closed it pauses what runs and ends the engine; the next start goes on with it first', async () => {
    scripts[1] = untilHalted
    const [one, two] = add(1, 2) as [string, string]
    queue.start()
    await training(1)
    await queue.close()
    expect(engines[0]!.stopped).toBe(1)
    expect(state(one)).toBe('paused')
    lab.close()
    scripts = {}
    open()
    expect(queue.waiting()).toEqual([one, two])
    queue.start()
    await idle()
    expect(trained).toEqual([1, 1, 2])
  })

  it('after a kill the run that was interrupted is the first again', async () => {
    scripts[2] = () => new Promise(() => undefined)
    const [one, two, three] = add(1, 2, 3) as [string, string, string]
    queue.order([two, one, three])
    queue.start()
    await training(2)
    lab.close() // All that a kill leaves: the database as it was.
    scripts = {}
    open()
    expect(state(two)).toBe('interrupted')
    expect(queue.waiting()).toEqual([two, one, three])
    queue.start()
    await idle()
    expect(trained).toEqual([2, 2, 1, 3])
  })

  it('ends an engine without work, and opens one again for the next run', async () => {
    await queue.close()
    lab.close()
    open(5)
    queue.start()
    add(1)
    await vi.waitFor(() => expect(engines[0]?.stopped).toBe(1))
    add(2)
    await idle()
    expect(engines).toHaveLength(2)
  })

  it('tells runs, steps, progress and the queue', async () => {
    const progress = (batch: number) =>
      ({
        kind: 'progress',
        ...{ epoch: 0, epochs: 2, batch, batches: 10, imagesPerSecond: 5, residentBytes: 7, tensors: 1 },
        phase: 'training',
      }) as const
    scripts[1] = async (tell) => {
      tell(progress(1))
      tell({ kind: 'steps', steps: exampleSteps(0, 2) })
      const { loss } = exampleSteps(2, 1)
      tell({ kind: 'steps', steps: { ...exampleSteps(2, 1), loss: loss.fill(NaN) } })
      await new Promise((resolve) => setTimeout(resolve, 20))
      tell(progress(3))
      tell({ kind: 'log', level: 'info', message: 'Measured.' })
      return trainResult('finished')
    }
    const [one] = add(1) as [string]
    queue.start()
    await idle()
    const of = <Kind extends LabEvent['kind']>(kind: Kind) =>
      events.filter((event): event is Extract<LabEvent, { kind: Kind }> => event.kind === kind)
    const states = of('run').map(({ run }) => run.state)
    expect([states[0], states.includes('running'), states.at(-1)]).toEqual(['queued', true, 'finished'])
    expect(of('run-steps').map(({ steps }) => steps.firstStep)).toEqual([0, 2])
    expect(of('run-steps')[1]!.steps.loss).toEqual([null])
    expect(of('run-log')).toEqual([{ kind: 'run-log', id: one, level: 'info', message: 'Measured.' }])
    const [first, last] = of('run-progress')
    expect(first).toMatchObject({
      id: one,
      epoch: 1,
      batch: 1,
      secondsLeft: null,
      imagesPerSecond: 5,
      residentBytes: 7,
    })
    expect(last!.secondsLeft).toBeGreaterThan(0.1) // 17 batches at 100 a second, or slower.
    expect(of('queue').length).toBeGreaterThan(1)
    expect(of('engine')).toHaveLength(1)
  })

  it('tells at once what is asked of the run that trains', async () => {
    let release = (): void => undefined
    const gate = new Promise<void>((resolve) => (release = resolve))
    scripts[1] = async (_tell, halted) => {
      await halted
      await gate
      return trainResult('stopped')
    }
    const [one] = add(1) as [string]
    queue.start()
    await training(1)
    expect(queue.halting).toBeNull()
    events.length = 0
    queue.stop(one)
    expect(queue.halting).toBe('stop')
    expect(events).toContainEqual({ kind: 'queue' })
    release()
    await idle()
    expect(queue.halting).toBeNull()
  })

  it('notices an engine that dies without work, and opens one for the next run', async () => {
    queue.start()
    add(1)
    await idle()
    await vi.waitFor(() => expect(queue.engine.info).not.toBeNull())
    events.length = 0
    engines[0]!.die()
    expect(queue.engine.info).toBeNull()
    expect(queue.engine.died).toContain('SIGKILL')
    expect(events).toContainEqual({ kind: 'engine' })
    const [two] = add(2) as [string]
    await idle()
    expect(state(two)).toBe('finished')
    expect(engines).toHaveLength(2)
    expect(queue.engine.died).toBeNull()
  })

  it('is paused by an engine that dies in two runs in a row, and keeps the others', async () => {
    const dies: Script = async () => {
      engines.at(-1)!.die()
      return new Promise(() => undefined)
    }
    scripts = { 1: dies, 3: dies, 4: dies }
    const ids = add(1, 2, 3, 4, 5)
    queue.start()
    await vi.waitFor(() => expect(queue.paused).toBe(true))
    await vi.waitFor(() => expect(queue.running).toBeNull())
    // The one between trained well: the first death did not count any more.
    expect(trained).toEqual([1, 2, 3, 4])
    expect(ids.map(state)).toEqual(['failed', 'finished', 'failed', 'failed', 'queued'])
    expect(queue.problem!.message).toMatch(/died in 2 runs.*SIGKILL/)
    queue.continue()
    await idle()
    expect(state(ids[4]!)).toBe('finished')
  })

  it('ends an idle engine on request, and refuses while one trains', async () => {
    scripts[2] = untilHalted
    queue.start()
    add(1)
    await idle()
    await queue.endEngine()
    expect(engines[0]!.stopped).toBe(1)
    expect(queue.engine).toMatchObject({ info: null, died: null })
    add(2)
    await training(2)
    await expect(queue.endEngine()).rejects.toThrow(/is training/)
  })
})

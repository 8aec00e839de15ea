import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/errors'
import type { EngineEvent, EngineStart } from '../../engine/protocol'
import { type EngineExit, EngineProcess } from './supervisor'

const entry = fileURLToPath(new URL('./testing/fake-engine.mjs', import.meta.url))
const start = (how: string | null = null): EngineStart => ({ backend: 'cpu', bindingPath: how, threads: null })

let engine: EngineProcess
let exits: EngineExit[]
const make = (options: { startDeadline?: number; stopDeadline?: number } = {}): void => {
  engine = new EngineProcess({ entry, ...options })
  exits = []
  engine.onExit((exit) => exits.push(exit))
}
beforeEach(() => make())
afterEach(() => engine.stop())

/** The fake engine says its process id as its threads. */
const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

describe('EngineProcess', () => {
  it('starts, answers, hands on events, and stops', async () => {
    const events: EngineEvent[] = []
    engine.onEvent((event) => events.push(event))
    const info = await engine.start(start())
    expect(engine.info).toEqual(info)
    expect(await engine.request({ kind: 'self-test', size: 8 })).toEqual({ gflops: 1, error: 0 })
    expect(events).toEqual([{ kind: 'log', level: 'info', message: 'size 8' }])
    await engine.stop()
    expect(exits).toEqual([{ expected: true, code: 0, signal: null, stderr: '' }])
    expect(engine.info).toBeNull()
    expect(alive(info.threads)).toBe(false)
    await expect(engine.request({ kind: 'self-test', size: 8 })).rejects.toThrow('not running')
  })

  it.each<[string, number, string, Partial<EngineExit>]>([
    ['ends on its own', 1, 'ended with code 3', { code: 3, signal: null }],
    ['crashes', 2, 'SIGSEGV', { code: null, signal: 'SIGSEGV' }],
  ])('rejects what waits when the process %s', async (_, size, reason, exit) => {
    await engine.start(start())
    const waiting = engine.request({ kind: 'self-test', size: 3 })
    const deadly = engine.request({ kind: 'self-test', size })
    await expect(waiting).rejects.toThrow(LabError)
    await expect(deadly).rejects.toThrow(reason)
    expect(exits).toMatchObject([{ expected: false, ...exit }])
    expect(engine.info).toBeNull()
  })

  it('tells a lack of memory from other deaths', async () => {
    await engine.start(start())
    await expect(engine.request({ kind: 'self-test', size: 4 })).rejects.toMatchObject({
      kind: 'out-of-memory',
      message: 'The memory is not enough: the engine process was ended by SIGABRT.',
    })
  })

  it('starts again after a crash', async () => {
    const first = await engine.start(start())
    await expect(engine.request({ kind: 'self-test', size: 1 })).rejects.toThrow()
    const second = await engine.restart()
    expect(second.threads).not.toBe(first.threads)
    expect(await engine.request({ kind: 'self-test', size: 8 })).toEqual({ gflops: 1, error: 0 })
  })

  it('restarts while it runs, and leaves no process behind', async () => {
    const first = await engine.start(start())
    await engine.restart()
    expect(alive(first.threads)).toBe(false)
    expect(exits).toMatchObject([{ expected: true }])
  })

  it('begins another process for other lanes, and tells nobody of the end of the first', async () => {
    const first = await engine.start(start())
    expect((await engine.arrange(1)).threads).toBe(first.threads)
    const second = await engine.arrange(2)
    expect(second).toMatchObject({ lanes: 2 })
    expect(alive(first.threads)).toBe(false)
    expect((await engine.arrange(2)).threads).toBe(second.threads)
    expect(exits).toEqual([])
    await engine.stop()
    expect(exits).toMatchObject([{ expected: true }])
    await expect(engine.arrange(2)).rejects.toThrow('not running')
  })

  it('says what the process wrote last when its library does not load, without TensorFlow’s greeting', async () => {
    await expect(engine.start(start('crashes'))).rejects.toThrow(
      'The engine process ended with code 127. Its last lines:\nlibtensorflow: cannot open shared object file',
    )
    expect(engine.info).toBeNull()
  })

  it('passes a refusal on with its hint, and leaves no process', async () => {
    await expect(engine.start(start('refuses'))).rejects.toMatchObject({
      message: 'No such binding.',
      hint: 'Repair it.',
    })
    expect(exits).toMatchObject([{ expected: true, signal: 'SIGKILL' }])
  })

  it('gives up a start that takes too long', async () => {
    make({ startDeadline: 500 })
    await expect(engine.start(start('silent'))).rejects.toThrow('did not load its backend')
    expect(exits).toHaveLength(1)
  })

  it('kills a process that does not stop in time', async () => {
    make({ stopDeadline: 300 })
    const { threads: pid } = await engine.start(start())
    const waiting = engine.request({ kind: 'halt', how: 'stop' })
    const rejected = expect(waiting).rejects.toThrow('SIGKILL')
    await engine.stop()
    await rejected
    expect(alive(pid)).toBe(false)
    expect(exits).toMatchObject([{ expected: true, signal: 'SIGKILL' }])
  })

  it('names an entry that is not there', async () => {
    engine = new EngineProcess({ entry: `${entry}.missing` })
    await expect(engine.start(start())).rejects.toThrow(/ended with code 1.*Cannot find module/s)
  })

  it('refuses a second start, and a restart before the first', async () => {
    await expect(engine.restart()).rejects.toThrow('never started')
    await engine.start(start())
    await expect(engine.start(start())).rejects.toThrow('runs already')
  })
})

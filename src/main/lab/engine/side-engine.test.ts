import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EngineRequest } from '../../engine/protocol'
import type { OpenedEngine } from '../runs/kept-engine'
import { engineInfo } from '../runs/testing/scripted-engine'
import { besideTraining, SideEngine } from './side-engine'

/** An engine that answers self-tests of size n with n GFLOP/s, size 0 not at all, and notes what overlaps. */
class Answering {
  info: typeof engineInfo | null = engineInfo
  busy = 0
  most = 0
  sizes: number[] = []
  onEvent = (): (() => void) => () => undefined
  onExit = (): (() => void) => () => undefined

  async request(request: EngineRequest): Promise<unknown> {
    if (request.kind !== 'self-test') throw new Error('unexpected')
    this.most = Math.max(this.most, ++this.busy)
    await Promise.resolve()
    this.busy--
    this.sizes.push(request.size)
    if (request.size === 0) throw new Error('nothing to multiply')
    return { gflops: request.size, error: 0 }
  }

  async stop(): Promise<void> {
    this.info = null
  }
}

let opened: Answering[]
let side: SideEngine
const ask = (size: number) => side.ask<'self-test'>({ kind: 'self-test', size })

beforeEach(() => {
  vi.useFakeTimers()
  opened = []
  side = new SideEngine(async () => {
    const engine = new Answering()
    opened.push(engine)
    return { engine: engine as unknown as OpenedEngine['engine'], info: engineInfo }
  }, 1000)
})
afterEach(() => void vi.useRealTimers())

describe('SideEngine', () => {
  it('answers one after the other, in order, with one process; what fails stops nothing', async () => {
    const answers = await Promise.allSettled([ask(3), ask(0), ask(2)])
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect(opened).toHaveLength(1)
    expect(opened[0]).toMatchObject({ sizes: [3, 0, 2], most: 1 })
  })

  it('ends its process after a while without work, and begins another when asked again', async () => {
    await ask(1)
    await vi.advanceTimersByTimeAsync(1001)
    expect(opened[0]!.info).toBeNull()
    expect(await ask(5)).toMatchObject({ gflops: 5 })
    expect(opened).toHaveLength(2)
    await side.end()
    await ask(5)
    expect(opened).toHaveLength(3)
  })

  it('refuses what waits when it is closed', async () => {
    const first = ask(1)
    await first
    const waiting = expect(ask(2)).rejects.toMatchObject({ kind: 'cancelled' })
    await side.close()
    await waiting
  })
})

it('takes one thread of the CPU, whatever trains', () => {
  const options = { kind: 'cuda', backend: 'tensorflow', threads: null } as const
  expect(besideTraining(options)).toEqual({ ...options, threads: 1, beside: true })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { EventBatch, LabEvent } from '../../shared/contract/events'
import { BridgeClient, isBridge } from './bridge'
import { failureOf, RequestFailed } from './client'
import { connect } from './connect'
import { FakeClient } from './fake'
import { follow } from './follow'
import { FIRST_WAIT, LONGEST_WAIT, SocketClient } from './socket'
import type { Socket } from './socket'

const refusal = { kind: 'bad-input', message: 'No.', hint: 'Try again.', details: null }
const queue: LabEvent = { kind: 'queue' }

describe('BridgeClient', () => {
  it('gives the value of a reply and throws its failure', async () => {
    const request = vi
      .fn()
      .mockResolvedValueOnce({ ok: true, value: [] })
      .mockResolvedValueOnce({ ok: false, error: refusal })
    const client = new BridgeClient({ request, onEvents: () => undefined })
    expect(await client.request('runs.list', { trashed: false })).toEqual([])
    expect(request).toHaveBeenCalledWith('runs.list', { trashed: false })
    await expect(client.request('runs.list', { trashed: false })).rejects.toMatchObject({ failure: refusal })
  })

  it('is used only where the preload script carries requests', () => {
    expect(isBridge({ versions: {} })).toBe(false)
    expect(isBridge(undefined)).toBe(false)
    const bridge = { request: () => Promise.resolve(), onEvents: () => undefined }
    expect(connect(bridge, { protocol: 'app:', host: 'lab' })).toBeInstanceOf(BridgeClient)
    expect(() => connect({ versions: {} }, { protocol: 'app:', host: 'lab' })).toThrow(RequestFailed)
  })
})

class FakeSocket implements Socket {
  onopen: Socket['onopen'] = null
  onclose: Socket['onclose'] = null
  onmessage: Socket['onmessage'] = null
  readonly sent: unknown[] = []
  send = (message: unknown): void => void this.sent.push(JSON.parse(String(message)))
  close = (): void => this.lose()
  open = (): void => this.onopen?.call(null as never, {} as Event)
  lose = (): void => this.onclose?.call(null as never, {} as CloseEvent)
  say = (message: unknown): void =>
    this.onmessage?.call(null as never, { data: JSON.stringify(message) } as MessageEvent)
}

describe('SocketClient', () => {
  let sockets: FakeSocket[]
  let client: SocketClient
  let refused: boolean
  beforeEach(() => {
    vi.useFakeTimers()
    sockets = []
    refused = false
    client = new SocketClient(
      () => {
        sockets.push(new FakeSocket())
        return sockets.at(-1)!
      },
      async () => refused,
    )
  })
  afterEach(() => vi.useRealTimers())

  it('sends what waited for the connection and matches replies in any order', async () => {
    const runs = client.request('runs.list', { trashed: false })
    const imports = client.request('dataSets.imports', {})
    expect(sockets[0]!.sent).toEqual([])
    sockets[0]!.open()
    expect(sockets[0]!.sent).toEqual([
      { id: 1, name: 'runs.list', arguments: { trashed: false } },
      { id: 2, name: 'dataSets.imports', arguments: {} },
    ])
    sockets[0]!.say({ id: 2, reply: { ok: true, value: [{ import: 1, path: 'p' }] } })
    sockets[0]!.say({ id: 1, reply: { ok: false, error: refusal } })
    expect(await imports).toEqual([{ import: 1, path: 'p' }])
    await expect(runs).rejects.toMatchObject({ failure: refusal })
  })

  it('fails what was on its way when the connection is lost, and connects again with growing waits', async () => {
    const told: boolean[] = []
    client.onConnection((connected) => told.push(connected))
    sockets[0]!.open()
    const request = client.request('runs.list', { trashed: false })
    sockets[0]!.lose()
    await expect(request).rejects.toMatchObject({ failure: { kind: 'connection' } })
    for (let i = 0, wait = FIRST_WAIT; i < 8; i++, wait = Math.min(LONGEST_WAIT, 2 * wait)) {
      const before = sockets.length
      vi.advanceTimersByTime(wait - 1)
      expect(sockets.length).toBe(before)
      vi.advanceTimersByTime(1)
      expect(sockets.length).toBe(before + 1)
      sockets.at(-1)!.lose()
    }
    vi.advanceTimersByTime(LONGEST_WAIT)
    sockets.at(-1)!.open()
    expect(told.at(0)).toBe(true)
    expect(told.at(-2)).toBe(false)
    expect(told.at(-1)).toBe(true)
  })

  it('tells a lab that refuses it from one that is gone, and tries at once when asked', async () => {
    const told: string[] = []
    client.onConnection((connected, refused) => told.push(connected ? 'made' : refused ? 'refused' : 'lost'))
    sockets[0]!.open()
    client.reconnect() // Connected: does nothing.
    expect(sockets).toHaveLength(1)
    sockets[0]!.lose()
    await vi.advanceTimersByTimeAsync(0)
    expect(told).toEqual(['made', 'lost'])
    refused = true
    client.reconnect()
    expect(sockets).toHaveLength(2)
    sockets[1]!.lose()
    await vi.advanceTimersByTimeAsync(0)
    expect(told).toEqual(['made', 'lost', 'lost', 'refused'])
    vi.advanceTimersByTime(FIRST_WAIT)
    sockets[2]!.open()
    expect(told.at(-1)).toBe('made')
  })

  it('passes batches on and stays closed once closed', () => {
    const batches: EventBatch[] = []
    client.onEvents((batch) => batches.push(batch))
    sockets[0]!.open()
    sockets[0]!.say({ batch: { sequence: 1, events: [queue] } })
    expect(batches).toEqual([{ sequence: 1, events: [queue] }])
    client.close()
    vi.advanceTimersByTime(2 * LONGEST_WAIT)
    expect(sockets.length).toBe(1)
  })
})

describe('follow', () => {
  const setUp = (sequences: number[]) => {
    const client = new FakeClient()
    const applied: number[] = []
    const loads: ((sequence: number) => void)[] = []
    const load = vi.fn(
      () =>
        new Promise<number>((resolve, reject) => {
          loads.push(resolve)
          const sequence = sequences.shift()
          if (sequence === -1) reject(new Error('gone'))
          else if (sequence !== undefined) resolve(sequence)
        }),
    )
    const failed = vi.fn()
    const apply = (events: readonly LabEvent[]): void => void applied.push(events.length)
    return { client, applied, load, loads, failed, ...follow(client, { load, apply, failed }) }
  }

  it('holds what comes while it loads and drops what the state has already', async () => {
    const { client, applied, loads, ready } = setUp([])
    client.emit(queue)
    client.emit(queue, queue)
    client.emit(queue, queue, queue)
    expect(applied).toEqual([])
    loads[0]!(1)
    await ready
    expect(applied).toEqual([2, 3])
  })

  it('loads again when a batch is missing, and after the connection was lost', async () => {
    const { client, applied, load, ready } = setUp([0, 5, 9])
    await ready
    client.emit(queue)
    client.sequence = 4
    client.emit(queue)
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(2))
    await Promise.resolve()
    client.emit(queue, queue)
    expect(applied).toEqual([1, 2])
    client.connect(false)
    client.connect(true)
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(3))
  })

  it('loads again when the lab began to count anew', async () => {
    const { client, load, ready } = setUp([7, 1])
    await ready
    client.emit(queue)
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(2))
  })

  it('tells of a load that failed and tries again with the next connection', async () => {
    const { client, failed, load, ready } = setUp([-1, 0])
    await ready
    expect(failed).toHaveBeenCalledOnce()
    client.connect(false)
    client.connect(true)
    await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(2))
    expect(failed).toHaveBeenCalledOnce()
  })
})

it('tells a refusal from a defect', () => {
  expect(failureOf(new RequestFailed(refusal))).toBe(refusal)
  expect(failureOf(new TypeError('x is undefined'))).toMatchObject({ kind: 'defect', message: 'x is undefined' })
})

import { statSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../store/testing/fixtures'
import type { Dispatch } from '../contract/dispatch'
import { EventBus } from '../contract/event-bus'
import { localAddress } from './address'
import { RemoteLab } from './connect'
import { serveLocally } from './serve'

const answers: Dispatch = async (name, given) =>
  name === 'runs.log'
    ? { ok: false, error: { kind: 'not-found', message: 'There is no run 9.', hint: 'See the list.', details: null } }
    : { ok: true, value: { name, given } }

describe('a lab at its local address', () => {
  const ends: (() => void)[] = []
  afterEach(() => ends.splice(0).forEach((end) => end()))

  const serve = (address: string, dispatch: Dispatch = answers): EventBus => {
    const events = new EventBus()
    ends.push(
      serveLocally(address, dispatch, events, (error) => {
        throw error
      }),
    )
    return events
  }
  const visit = async (address: string): Promise<RemoteLab> => {
    const remote = await RemoteLab.connect(address)
    if (!remote) throw new Error('nobody answers')
    ends.push(() => remote.close())
    return remote
  }

  it('answers requests, tells errors in their words, and passes events on', async () => {
    const address = localAddress(temporaryFolder())
    const events = serve(address)
    const remote = await visit(address)
    const [first, second] = await Promise.all([
      remote.request('queue.get', {}),
      remote.request('settings.get', { key: 'theme' }),
    ])
    expect(first).toEqual({ name: 'queue.get', given: {} })
    expect(second).toEqual({ name: 'settings.get', given: { key: 'theme' } })
    await expect(remote.request('runs.log', { id: '9' })).rejects.toMatchObject({
      ...{ kind: 'not-found', message: 'There is no run 9.', hint: 'See the list.' },
    })
    const heard = new Promise((resolve) => remote.onEvent(resolve))
    events.emit({ kind: 'queue' })
    expect(await heard).toEqual({ kind: 'queue' })
  })

  it('is for its owner only, takes the place of a dead one, and is nobody where no lab is', async () => {
    const address = localAddress(temporaryFolder())
    if (process.platform !== 'win32') expect(statSync(dirname(address)).mode & 0o077).toBe(0)
    expect(await RemoteLab.connect(address)).toBeNull()
    if (process.platform !== 'win32') writeFileSync(address, 'left by a lab that died')
    serve(address)
    await visit(address)
  })

  it('tells who waits that it has ended', async () => {
    const address = localAddress(temporaryFolder())
    serve(address, () => new Promise(() => undefined))
    const remote = await visit(address)
    const waiting = remote.request('queue.get', {})
    const told = new Promise((resolve) => remote.onClosed(resolve))
    ends.splice(0, 1)[0]!()
    await expect(waiting).rejects.toMatchObject({ kind: 'closed' })
    expect(await told).toMatchObject({ kind: 'closed' })
    await expect(remote.request('queue.get', {})).rejects.toMatchObject({ kind: 'closed' })
  })

  it.each(['no json\n', '{"id":-1,"name":"queue.get"}\n', '[]\n'])('hangs up on %j', async (text) => {
    const address = localAddress(temporaryFolder())
    serve(address)
    const socket = connect(address)
    await new Promise<void>((resolve) => {
      socket.on('close', () => resolve())
      socket.on('connect', () => socket.write(text))
    })
    expect(socket.destroyed).toBe(true)
  })

  it('keeps labs apart', () => {
    expect(localAddress(temporaryFolder())).not.toBe(localAddress(temporaryFolder()))
  })
})

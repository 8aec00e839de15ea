import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RequestArguments, RequestName, RequestResult } from '../../../shared/contract/contract'
import type { LabEvent } from '../../../shared/contract/events'
import { localAddress } from '../local/address'
import { RemoteLab } from '../local/connect'
import { RunningLab } from '../running-lab'
import { IMAGE_BYTES, movableLab } from './testing/moved-lab'

describe('moving a lab that runs', () => {
  let running: RunningLab
  let run: string
  let from: string
  let to: string
  let told: LabEvent[]

  beforeEach(() => {
    const made = movableLab()
    run = made.run
    from = made.lab.home.folder
    to = join(made.top, 'disk', 'second')
    running = new RunningLab(made.lab, { kind: 'cpu', backend: 'tensorflow', threads: null })
    running.show({ shell: 'window', address: null })
    running.start((notice) => expect.fail(notice))
    told = []
    running.events.subscribe(({ events }) => told.push(...events))
  })
  afterEach(async () => {
    await running.close()
    vi.unstubAllEnvs()
  })

  async function ask<Name extends RequestName>(
    name: Name,
    given: RequestArguments<Name>,
  ): Promise<RequestResult<Name>> {
    const reply = await running.dispatch(name, given)
    if (!reply.ok) throw new Error(`${reply.error.message} ${reply.error.hint}`)
    return reply.value as RequestResult<Name>
  }
  const end = () =>
    vi.waitFor(() => told.find((event) => event.kind === 'home-end') ?? expect.fail('It has not ended.'), 10_000)

  it('goes on in the new folder, with the same windows and the same answers', async () => {
    expect(await ask('home.check', { to })).toMatchObject({ folder: to })
    expect(existsSync(to)).toBe(false)
    await ask('home.move', { to })
    expect((await ask('home.describe', {})).moving).toMatchObject({ to, phase: 'copying' })
    // Read all the time, written only afterwards.
    expect(await ask('runs.list', { trashed: false })).toMatchObject([{ id: run }])
    await expect(ask('runs.rename', { id: run, name: 'lost' })).rejects.toThrow(/is being moved to another folder/)
    await expect(ask('home.move', { to: `${to}-too` })).rejects.toThrow(/is being moved already/)
    const kept = ask('settings.set', { key: 'window.appearance', value: { theme: 'dark' } })
    expect(await end()).toMatchObject({ outcome: { ok: true, folder: to, former: from } })
    await kept
    expect(await ask('lab.state', {})).toMatchObject({ home: to })
    expect(await ask('settings.get', { key: 'window.appearance' })).toEqual({ theme: 'dark' })
    await ask('runs.rename', { id: run, name: 'kept' })
    expect((await ask('runs.list', { trashed: false }))[0]).toMatchObject({ name: 'kept' })
    expect(readFileSync(join(to, 'shown-by.json'), 'utf8')).toContain('window')
    expect(existsSync(join(from, 'shown-by.json'))).toBe(false)
    // The command line finds it there.
    const remote = await RemoteLab.connect(localAddress(to))
    expect((await remote!.request('lab.state', {})).home).toBe(to)
    remote!.close()
    const { former } = await ask('home.describe', {})
    expect(former).toMatchObject([{ folder: from }])
    expect(former[0]!.bytes).toBeGreaterThan(IMAGE_BYTES)
    await ask('home.removeFormer', { folder: from })
    expect(existsSync(from)).toBe(false)
    expect(await ask('home.describe', {})).toMatchObject({ folder: to, former: [], moving: null, fixedBy: null })
  })

  it('is cancelled, also by the end of the lab', async () => {
    await ask('home.move', { to })
    await ask('home.cancel', {})
    expect(await end()).toMatchObject({ outcome: { ok: false, cancelled: true } })
    expect(existsSync(to)).toBe(false)
    await ask('runs.rename', { id: run, name: 'still here' })
    await vi.waitFor(async () => expect((await ask('home.describe', {})).moving).toBeNull())
    await ask('home.move', { to })
    await running.close()
    expect(existsSync(to)).toBe(false)
  })

  it('waits for nobody: what goes on must have ended', async () => {
    vi.spyOn(running.queue, 'running', 'get').mockReturnValue(run)
    await expect(ask('home.move', { to })).rejects.toThrow(/is training. The lab cannot be moved meanwhile/)
    vi.restoreAllMocks()
    await expect(ask('home.move', { to: 'disk' })).rejects.toThrow(/is no whole path/)
    expect(existsSync(to)).toBe(false)
  })

  it('leaves a folder alone that is to be kept', async () => {
    await ask('home.move', { to })
    await end()
    await ask('home.forgetFormer', { folder: from })
    expect((await ask('home.describe', {})).former).toEqual([])
    expect(existsSync(join(from, 'lab.sqlite'))).toBe(true)
  })
})

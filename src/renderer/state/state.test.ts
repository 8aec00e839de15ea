import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LabEvent } from '../../shared/contract/events'
import { sampleDataSet, sampleEngine, sampleRun } from '../dev/samples'
import { RequestFailed } from '../transport/client'
import { FakeClient } from '../transport/fake'
import { readAppearance } from './appearance.svelte'
import { Lab, runActions } from './lab.svelte'
import type { QueueView } from './lab.svelte'
import { SHOWN_FOR } from './messages.svelte'
import { refresher } from './refresher'
import { parseRoute, routeHash } from './route'
import { progressShare } from './runs.svelte'
import { defaultLook } from './runs-table'
import { KEEP_AFTER } from './settings.svelte'

describe('routes', () => {
  it.each([
    '#/runs',
    '#/runs/a%2Fb%20c',
    '#/experiment',
    '#/experiment?data=a%2Fb',
    '#/experiment?preset=hrm-mnist&data=mnist&clone=0001-try',
    '#/data',
    '#/data/a%2Fb%20c',
    '#/engine',
    '#/notebook',
    '#/notebook/12',
    '#/compare',
    '#/compare?runs=0001-a,0002-b%2Cc',
    '#/trash',
  ])('%s leads there and back', (hash) => {
    expect(routeHash(parseRoute(hash))).toBe(hash)
  })
  it.each(['', '#', '#/nowhere', '#/runs/', '#/runs/%zz'])('%s is the list of runs', (hash) => {
    expect(parseRoute(hash)).toEqual({ view: 'runs' })
  })
})

const queue: QueueView = { order: [], running: null, halting: null, secondsExpected: {}, paused: false, problem: null }

function fakeLab(): { client: FakeClient; lab: Lab } {
  const client: FakeClient = new FakeClient({
    'lab.state': () => ({ version: '1', home: 'h', platform: 'linux', sequence: client.sequence, notices: ['Told.'] }),
    'runs.list': () => [sampleRun(1), sampleRun(2, { state: 'running' })],
    'queue.get': () => ({ ...queue, running: 'run-2' }),
    'dataSets.list': () => [sampleDataSet()],
    'engine.describe': () => sampleEngine,
    'settings.get': ({ key }) => (key === 'window.appearance' ? { theme: 'dark' } : null),
    'settings.set': () => null,
  })
  return { client, lab: new Lab(client) }
}
const progress: LabEvent = {
  kind: 'run-progress',
  id: 'run-2',
  phase: 'training',
  epoch: 2,
  epochs: 4,
  batch: 5,
  batches: 10,
  imagesPerSecond: 1,
  residentBytes: 1,
  secondsLeft: null,
}

describe('Lab', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  it('loads everything at the start and tells the opening’s notices once', async () => {
    const { client, lab } = fakeLab()
    await lab.start().ready
    expect(lab.loaded).toBe(true)
    expect(lab.runs.list.length).toBe(2)
    expect(lab.appearance.theme).toBe('dark')
    expect(lab.messages.shown.map(({ text }) => text)).toEqual(['Told.'])
    client.connect(false)
    expect(lab.connected).toBe(false)
    client.connect(true)
    await vi.waitFor(() => expect(client.asked.filter(({ name }) => name === 'lab.state').length).toBe(2))
    vi.advanceTimersByTime(SHOWN_FOR)
    expect(lab.messages.shown).toEqual([])
    expect(lab.messages.all.length).toBe(1)
  })

  it('follows runs and their progress by events', async () => {
    const { client, lab } = fakeLab()
    await lab.start().ready
    client.emit(progress)
    expect(progressShare(lab.runs.progress('run-2')!)).toBeCloseTo(1.5 / 4)
    client.emit({ kind: 'run', run: sampleRun(2, { state: 'finished' }) }, { kind: 'run', run: sampleRun(3) })
    expect(lab.runs.list.map(({ id, state }) => `${id} ${state}`)).toEqual([
      'run-1 finished',
      'run-2 finished',
      'run-3 finished',
    ])
    expect(lab.runs.progress('run-2')).toBeNull()
    client.emit({ kind: 'run', run: sampleRun(3, { trashed: true }) })
    expect(lab.runs.get('run-3')).toBeNull()
    client.answers['queue.get'] = () => ({ ...queue, order: ['run-1'], paused: true })
    client.emit({ kind: 'queue' })
    await vi.waitFor(() => expect(lab.queue.order).toEqual(['run-1']))
  })

  it('says why nothing could be loaded', async () => {
    const { client, lab } = fakeLab()
    const failure = { kind: 'storage', message: 'Broken.', hint: null, details: null }
    client.answers['runs.list'] = () => Promise.reject(new RequestFailed(failure))
    await lab.start().ready
    expect(lab.loaded).toBe(false)
    expect(lab.problem).toEqual(failure)
  })

  it('keeps a setting once, soon after its last change', async () => {
    const { client, lab } = fakeLab()
    await lab.start().ready
    lab.runsTable.change({ search: 'm' })
    lab.runsTable.change({ search: 'mn' })
    expect(lab.runsTable.look.search).toBe('mn')
    vi.advanceTimersByTime(KEEP_AFTER)
    const kept = client.asked.filter(({ name }) => name === 'settings.set')
    expect(kept).toEqual([
      { name: 'settings.set', args: { key: 'runs.table', value: { ...defaultLook, search: 'mn' } } },
    ])
  })
})

it('asks once more, not each time, when asked while it works', async () => {
  const ends: (() => void)[] = []
  const work = vi.fn(() => new Promise<void>((resolve) => ends.push(resolve)))
  const refresh = refresher(work, () => undefined)
  refresh()
  refresh()
  refresh()
  expect(work).toHaveBeenCalledTimes(1)
  ends[0]!()
  await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(2))
  ends[1]!()
  await Promise.resolve()
  expect(work).toHaveBeenCalledTimes(2)
})

it('follows the system where a kept appearance is unknown', () => {
  expect(readAppearance({ theme: 'pink', contrast: 'more' })).toEqual({
    theme: 'system',
    contrast: 'more',
    motion: 'system',
    text: 'system',
  })
})

it('offers only what a run’s state allows', () => {
  expect(runActions('finished')).toEqual({ pause: false, resume: false, stop: false })
  expect(runActions('running')).toEqual({ pause: true, resume: false, stop: true })
  expect(runActions('failed')).toMatchObject({ resume: true })
})

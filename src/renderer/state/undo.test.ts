import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { sampleDataSet, sampleEngine, sampleRun } from '../dev/samples'
import { FakeClient } from '../transport/fake'
import { commandsFor, placesFor } from './commands'
import { Lab } from './lab.svelte'
import { Messages, OFFERED_FOR, SHOWN_FOR } from './messages.svelte'
import { fitted, moved, moveInQueue, secondsInAll, takeOutOfQueue } from './queue-order'
import { editRun, tagRuns, trashRuns } from './run-edits'
import { RunsTrash } from './runs-trash.svelte'

/** A lab with three runs in its queue that keeps what it is asked. */
async function makeLab() {
  const runs = [sampleRun(1, { tags: ['old'] }), sampleRun(2), sampleRun(3)]
  let order = runs.map(({ id }) => id)
  const client: FakeClient = new FakeClient({
    'lab.state': () => ({ version: '1', home: 'h', platform: 'linux', sequence: client.sequence, notices: [] }),
    'runs.list': ({ trashed }) => (trashed ? [sampleRun(9, { trashed: true })] : runs),
    'queue.get': () => ({
      ...{ order, running: null, halting: null, paused: false, problem: null },
      secondsExpected: { 'run-1': 60, 'run-2': 120, 'run-3': null },
    }),
    'queue.order': (given) => ((order = given.order), null),
    'dataSets.list': () => [sampleDataSet()],
    'engine.describe': () => sampleEngine,
    'settings.get': () => null,
    'runs.trash': () => null,
    'runs.restore': () => null,
    'runs.rename': () => null,
    'runs.note': () => null,
    'runs.tag': () => null,
    'runs.pause': ({ id }) => ((order = order.filter((other) => other !== id)), null),
    'runs.resume': ({ id }) => ((order = [...order, id]), null),
  })
  const lab = new Lab(client)
  await lab.start().ready
  const asked = () => client.asked.filter(({ name }) => /^(runs\.(?!list)|queue\.order)/.test(name))
  return { client, lab, runs, asked, order: () => order }
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('undo', () => {
  it('restores what was trashed, once, from wherever it is asked', async () => {
    const { lab, runs, asked } = await makeLab()
    expect(await lab.undo.take()).toBe(false)
    await trashRuns(lab, runs.slice(0, 2))
    const [message] = lab.messages.shown
    expect(message!.text).toBe('2 runs moved to the trash.')
    expect(message!.action!.offered()).toBe(true)
    message!.action!.run()
    await vi.waitFor(() => expect(asked().at(-1)).toEqual({ name: 'runs.restore', args: { ids: ['run-1', 'run-2'] } }))
    expect(message!.action!.offered()).toBe(false)
    expect(await lab.undo.take()).toBe(false)
    expect(lab.messages.shown.map(({ text }) => text)).toEqual(['Undone: 2 runs moved to the trash.'])
  })

  it('takes back the newest first: names, and each run’s own tags', async () => {
    const { lab, runs, asked } = await makeLab()
    const { name, notes, tags } = runs[0]!
    expect(await editRun(lab, runs[0]!, { name, notes, tags })).toBe(true)
    expect(asked()).toEqual([])
    await editRun(lab, runs[0]!, { name: 'new', notes: 'n', tags })
    await tagRuns(lab, runs.slice(0, 2), { add: ['old', 'night'], remove: [] })
    await lab.undo.take()
    expect(asked().slice(-2)).toEqual([
      { name: 'runs.tag', args: { ids: ['run-1'], add: [], remove: ['night'] } },
      { name: 'runs.tag', args: { ids: ['run-2'], add: [], remove: ['old', 'night'] } },
    ])
    expect(lab.undo.next!.text).toBe('Changed name, notes of new.')
    await lab.undo.take()
    expect(asked().slice(-2)).toEqual([
      { name: 'runs.rename', args: { id: 'run-1', name } },
      { name: 'runs.note', args: { id: 'run-1', notes } },
    ])
  })

  it('offers nothing for what is gone for good', async () => {
    const { client, lab, runs } = await makeLab()
    await trashRuns(lab, runs.slice(0, 2))
    client.emit({ kind: 'runs-deleted', ids: ['run-3'] })
    expect(lab.undo.next).not.toBeNull()
    client.emit({ kind: 'runs-deleted', ids: ['run-2'] })
    expect(lab.undo.next).toBeNull()
    expect(lab.messages.shown[0]!.action!.offered()).toBe(false)
  })

  it('tells when it fails, and asks nothing without a connection', async () => {
    const { client, lab, runs, asked } = await makeLab()
    await trashRuns(lab, [runs[0]!])
    client.connect(false)
    const before = asked().length
    expect(await lab.undo.take()).toBe(false)
    expect(asked()).toHaveLength(before)
    expect(lab.messages.shown.at(-1)!.failure!.kind).toBe('connection')
    expect(commandsFor(lab, {} as never).map(({ id }) => id)).not.toContain('queue.pause')
  })
})

describe('the queue’s order', () => {
  it('moves a run within its ends', () => {
    expect(moved(['a', 'b', 'c'], 'c', 0)).toEqual(['c', 'a', 'b'])
    expect(moved(['a', 'b', 'c'], 'a', Infinity)).toEqual(['b', 'c', 'a'])
    expect(moved(['a', 'b', 'c'], 'b', -1)).toEqual(['b', 'a', 'c'])
    expect(fitted(['c', 'gone', 'a'], ['a', 'b', 'c'])).toEqual(['c', 'a', 'b'])
  })

  it('is shown at once; moves in a row are taken back as one', async () => {
    const { lab, order } = await makeLab()
    const moving = moveInQueue(lab, 'run-3', 1)
    expect(lab.queue.order).toEqual(['run-1', 'run-3', 'run-2'])
    await moving
    await moveInQueue(lab, 'run-3', 0)
    expect(order()).toEqual(['run-3', 'run-1', 'run-2'])
    expect(lab.messages.shown).toHaveLength(1)
    await lab.undo.take()
    expect(order()).toEqual(['run-1', 'run-2', 'run-3'])
    expect(lab.undo.next).toBeNull()
  })

  it('is asked for again when the lab refuses', async () => {
    const { client, lab } = await makeLab()
    client.answers['queue.order'] = () => Promise.reject(new Error('changed'))
    expect(await moveInQueue(lab, 'run-3', 0)).toBe(false)
    await vi.waitFor(() => expect(lab.queue.order).toEqual(['run-1', 'run-2', 'run-3']))
  })

  it('gets a run back where it was', async () => {
    const { lab, order } = await makeLab()
    await takeOutOfQueue(lab, 'run-1')
    expect(order()).toEqual(['run-2', 'run-3'])
    await lab.undo.take()
    expect(order()).toEqual(['run-1', 'run-2', 'run-3'])
  })

  it('adds up what is expected, as long as all of it is known', async () => {
    const { lab } = await makeLab()
    expect(secondsInAll(lab)).toBeNull()
    lab.queue = { ...lab.queue, order: ['run-1', 'run-2'] }
    expect(secondsInAll(lab)).toBe(180)
  })
})

describe('messages', () => {
  it('stay while they are read, then as long as they offer something', () => {
    const messages = new Messages()
    messages.tell('plain')
    messages.tell('offers', { label: 'Undo', run: () => undefined, offered: () => true })
    messages.fail('Trying', new Error('no'))
    vi.advanceTimersByTime(SHOWN_FOR)
    expect(messages.shown.map(({ text }) => text)).toEqual(['offers', 'Trying failed.'])
    messages.hold(true)
    vi.advanceTimersByTime(10 * OFFERED_FOR)
    expect(messages.shown).toHaveLength(2)
    messages.hold(false)
    vi.advanceTimersByTime(OFFERED_FOR)
    expect(messages.shown.map(({ text }) => text)).toEqual(['Trying failed.'])
    expect(messages.all).toHaveLength(3)
  })
})

describe('the trash', () => {
  it('follows what is trashed, restored and deleted', async () => {
    const { client, lab } = await makeLab()
    const trash = new RunsTrash(lab)
    const stop = trash.start()
    const ids = () => trash.runs.map(({ id }) => id)
    await vi.waitFor(() => expect(ids()).toEqual(['run-9']))
    client.emit({ kind: 'run', run: sampleRun(10, { trashed: true }) })
    expect(ids()).toEqual(['run-10', 'run-9'])
    client.emit({ kind: 'run', run: sampleRun(10) }, { kind: 'runs-deleted', ids: ['run-9'] })
    expect(ids()).toEqual([])
    expect(lab.runs.get('run-10')).not.toBeNull()
    client.emit({ kind: 'runs-deleted', ids: ['run-10'] })
    expect(lab.runs.get('run-10')).toBeNull()
    stop()
  })
})

describe('places of the palette', () => {
  it('are every run, newest first, and every data set', async () => {
    const { lab } = await makeLab()
    const places = placesFor(lab.runs.list, lab.dataSets)
    expect(places.map(({ id }) => id)).toEqual(['run.run-3', 'run.run-2', 'run.run-1', 'data.mnist'])
    expect(places[0]!.title).toContain('#3')
  })
})

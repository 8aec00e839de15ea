import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { LabEvent } from '../../shared/contract/events'
import type { RunView } from '../../shared/contract/runs'
import { EventBus } from '../lab/contract/event-bus'
import { Attention } from './attention'
import type { Windows } from './windows'

const system = vi.hoisted(() => ({ blocked: new Set<number>(), notices: [] as { click: () => void; title: string }[] }))
vi.mock('electron', () => ({
  powerSaveBlocker: {
    start: (kind: string) => {
      expect(kind).toBe('prevent-app-suspension')
      const id = 7 + system.blocked.size
      system.blocked.add(id)
      return id
    },
    stop: (id: number) => system.blocked.delete(id),
  },
  Notification: class {
    static isSupported = (): boolean => true
    readonly #listeners: Record<string, () => void> = {}
    readonly options: { title: string }
    constructor(options: { title: string }) {
      this.options = options
    }
    on(name: string, listener: () => void): void {
      this.#listeners[name] = listener
    }
    show(): void {
      system.notices.push({ title: this.options.title, click: () => this.#listeners['click']?.() })
    }
  },
}))

describe('attention', () => {
  const bar = vi.fn()
  const windows = { all: [{ setProgressBar: bar }], focused: false, command: vi.fn() }
  const changed = vi.fn()
  let wanted: boolean
  let events: EventBus
  let stop: () => void

  beforeEach(() => {
    events = new EventBus()
    for (const mock of [bar, changed, windows.command]) mock.mockClear()
    Object.assign(windows, { focused: false })
    wanted = true
    system.notices.length = 0
    system.blocked.clear()
    stop = new Attention(windows as unknown as Windows, changed, () => wanted).follow(events)
  })
  const tell = (...told: LabEvent[]): void => {
    for (const event of told) events.emit(event)
    events.flush()
  }
  const run = (state: RunView['state']): LabEvent => ({
    kind: 'run',
    run: { id: 'r1', name: 'mnist', state, best: null, message: null, epochs: 1 } as RunView,
  })
  const half: LabEvent = {
    ...{ kind: 'run-progress', id: 'r1', phase: 'training', epoch: 1, epochs: 1, batch: 5, batches: 10 },
    ...{ imagesPerSecond: 1, residentBytes: 1, secondsLeft: null },
  }

  it('keeps the machine awake and shows the progress while a run trains, no longer', () => {
    tell(run('running'))
    expect([system.blocked.size, bar.mock.lastCall]).toEqual([1, [2]])
    tell(half)
    expect([system.blocked.size, bar.mock.lastCall]).toEqual([1, [0.5]])
    tell(run('paused'))
    expect([system.blocked.size, bar.mock.lastCall]).toEqual([0, [-1]])
    expect(changed.mock.calls.map(([state]) => (state as { training: string | null }).training)).toEqual(['r1', null])
    expect(system.notices).toEqual([])
  })

  it('notifies of an end that nobody looks at, and shows the run when asked', () => {
    tell(run('running'))
    tell(run('finished'))
    expect(system.notices.map(({ title }) => title)).toEqual(['mnist has finished'])
    system.notices[0]!.click()
    expect(windows.command).toHaveBeenCalledWith({ id: 'run.open', run: 'r1' })
  })

  it('notifies of a run so short that its beginning and end come together', () => {
    tell(half, run('finished'))
    expect(system.notices).toHaveLength(1)
    expect([system.blocked.size, changed.mock.calls.length]).toEqual([0, 0])
  })

  it('is quiet when the person wants no notifications', () => {
    wanted = false
    tell(run('running'))
    tell(run('finished'))
    expect(system.notices).toEqual([])
  })

  it('is quiet while a window is looked at, and of runs that ended before', () => {
    tell(run('finished'))
    Object.assign(windows, { focused: true })
    tell(run('running'))
    tell(run('failed'))
    expect(system.notices).toEqual([])
  })

  it('lets everything go when it stops', () => {
    tell(run('running'))
    stop()
    expect([system.blocked.size, bar.mock.lastCall]).toEqual([0, [-1]])
  })
})

import { EventEmitter } from 'node:events'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { EventBus } from '../lab/contract/event-bus'
import { Quit } from './quit'
import type { Windows } from './windows'

/** Electron as far as quitting needs it: quit() asks who listens, and goes through unless one of them prevents it. */
const electron = vi.hoisted(() => ({ app: null as unknown, dialog: { showMessageBox: vi.fn() } }))
vi.mock('electron', () => ({
  get app() {
    return electron.app
  },
  dialog: electron.dialog,
}))

const PAUSE = 0
const KEEP = 1
const CANCEL = 2

class App extends EventEmitter {
  left = 0
  exit = vi.fn()
  quit(): void {
    const event = { prevented: false, preventDefault: () => void (event.prevented = true) }
    this.emit('before-quit', event)
    if (!event.prevented) this.left++
  }
}

describe('quitting', () => {
  let app: App
  const queue = { running: null as string | null, paused: false, order: [] as string[], waiting: () => queue.order }
  let events: EventBus
  const close = vi.fn(async () => undefined)
  const window = { setTitle: vi.fn() }
  const windows = { all: [window], hidden: false, show: () => window, hide: () => void (windows.hidden = true) }
  let signals: Record<string, NodeJS.SignalsListener[]>

  beforeEach(() => {
    signals = Object.fromEntries(
      ['SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => [name, process.listeners(name as 'SIGINT')]),
    )
    electron.app = app = new App()
    events = new EventBus()
    Object.assign(queue, { running: null, paused: false, order: [] })
    Object.assign(windows, { hidden: false, all: [window] })
    close.mockReset().mockResolvedValue(undefined)
    electron.dialog.showMessageBox.mockReset()
  })
  afterEach(() => {
    for (const [name, before] of Object.entries(signals))
      for (const listener of process.listeners(name as 'SIGINT'))
        if (!before.includes(listener)) process.off(name, listener)
  })

  function bound(): Quit {
    const quit = new Quit({ queue, events } as never, windows as unknown as Windows, close)
    quit.bind()
    return quit
  }
  const answer = (response: number): void => void electron.dialog.showMessageBox.mockResolvedValue({ response })
  const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve))

  it('closes the lab first, and asks nothing where nothing trains', async () => {
    bound()
    app.quit()
    expect(app.left).toBe(0)
    await settled()
    expect(close).toHaveBeenCalledOnce()
    expect(app.left).toBe(1)
    expect(electron.dialog.showMessageBox).not.toHaveBeenCalled()
  })

  it('asks while a run trains: cancel leaves everything as it is', async () => {
    bound()
    queue.running = 'r1'
    answer(CANCEL)
    app.quit()
    app.quit() // asked once, however often it is wanted
    await settled()
    expect(electron.dialog.showMessageBox).toHaveBeenCalledOnce()
    expect([close.mock.calls.length, app.left, windows.hidden]).toEqual([0, 0, false])
  })

  it('asks while a run trains: pause closes the lab, which pauses it', async () => {
    bound()
    queue.running = 'r1'
    answer(PAUSE)
    app.quit()
    await settled()
    expect([close.mock.calls.length, app.left]).toEqual([1, 1])
  })

  it('asks while a run trains: keep going hides the window, and ends when the queue is done', async () => {
    bound()
    Object.assign(queue, { running: 'r1', order: ['r2'] })
    answer(KEEP)
    app.quit()
    await settled()
    expect([close.mock.calls.length, windows.hidden]).toEqual([0, true])
    const next = async (running: string | null, order: string[]): Promise<number> => {
      Object.assign(queue, { running, order })
      events.emit({ kind: 'queue' })
      events.flush()
      await settled()
      return close.mock.calls.length
    }
    expect(await next('r2', [])).toBe(0)
    expect(await next(null, [])).toBe(1)
    expect(app.left).toBe(1)
  })

  it('does not end by itself once the window was shown again', async () => {
    bound()
    queue.running = 'r1'
    answer(KEEP)
    app.quit()
    await settled()
    windows.hidden = false
    queue.running = null
    events.emit({ kind: 'queue' })
    events.flush()
    await settled()
    expect(close).not.toHaveBeenCalled()
  })

  it('pauses without asking on a signal, where nobody may be there', async () => {
    bound()
    queue.running = 'r1'
    process.emit('SIGTERM')
    await settled()
    expect([electron.dialog.showMessageBox.mock.calls.length, close.mock.calls.length, app.left]).toEqual([0, 1, 1])
  })

  it('takes the closing of the last window for quitting, not that of another one', async () => {
    const quit = bound()
    const event = { preventDefault: vi.fn() }
    windows.all = [window, window]
    quit.onClose(event)
    expect(event.preventDefault).not.toHaveBeenCalled()
    windows.all = [window]
    quit.onClose(event)
    const mac = process.platform === 'darwin'
    expect(event.preventDefault).toHaveBeenCalledTimes(mac ? 0 : 1)
    await settled()
    expect(app.left).toBe(mac ? 0 : 1)
  })

  it('ends with status 1 when the lab cannot be closed in good order', async () => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    bound()
    close.mockRejectedValue(new Error('no room left'))
    app.quit()
    await settled()
    expect(app.exit).toHaveBeenCalledWith(1)
  })
})

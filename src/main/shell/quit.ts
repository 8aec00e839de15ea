import { app, dialog, type BrowserWindow } from 'electron'
import type { RunningLab } from '../lab/running-lab'
import type { Windows } from './windows'

/** Answers of the question, as its buttons stand. */
const PAUSE = 0
const KEEP = 1

/**
 * Ends the app in good order. While a run trains, the person is asked: pause it and quit, keep going without a window, or not
 * quit. The lab is closed while the window still stands, so that nobody starts a second one onto a lab that is still closing.
 */
export class Quit {
  readonly #lab: Pick<RunningLab, 'queue' | 'events'>
  readonly #windows: Windows
  readonly #close: () => Promise<void>
  #stage: 'open' | 'asking' | 'closing' | 'closed' = 'open'

  /** @param close pauses what trains with a checkpoint and closes the lab */
  constructor(lab: Pick<RunningLab, 'queue' | 'events'>, windows: Windows, close: () => Promise<void>) {
    this.#lab = lab
    this.#windows = windows
    this.#close = close
  }

  /** Takes over the app's ends: quitting, the last window's closing, signals. */
  bind(): void {
    app.on('before-quit', (event) => {
      if (this.#stage === 'closed') return
      event.preventDefault()
      void this.#ask()
    })
    app.on('window-all-closed', () => {
      // On a Mac an app without windows is nothing unusual; its lab works on.
      if (process.platform !== 'darwin') app.quit()
    })
    // From a terminal or the system: nobody is there to be asked.
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void this.#end())
    this.#lab.events.subscribe(() => this.#endWhenDone())
  }

  /** A window closes: the last one takes the app along, which may have to be asked about first. */
  onClose(event: { preventDefault(): void }): void {
    if (this.#stage === 'closed' || process.platform === 'darwin' || this.#windows.all.length > 1) return
    event.preventDefault()
    app.quit()
  }

  /** A lab that goes on without a window ends by itself when nothing is left to do. */
  #endWhenDone(): void {
    if (!this.#windows.hidden) return
    const { queue } = this.#lab
    if (queue.running === null && (queue.paused || queue.waiting().length === 0)) void this.#end()
  }

  async #ask(): Promise<void> {
    if (this.#stage !== 'open') return
    if (this.#lab.queue.running === null) return this.#end()
    this.#stage = 'asking'
    const answer = await askWhatToDo(this.#windows.show())
    this.#stage = 'open'
    if (answer === PAUSE) return this.#end()
    if (answer !== KEEP) return
    this.#windows.hide()
    this.#endWhenDone() // It may have ended while the question stood.
  }

  /** Closes the lab, then quits. */
  async #end(): Promise<void> {
    if (this.#stage === 'closing' || this.#stage === 'closed') return
    this.#stage = 'closing'
    for (const window of this.#windows.all) window.setTitle('HRM Lab · closing')
    try {
      await this.#close()
    } catch (error) {
      console.error('HRM Lab could not close in good order:', error)
      return app.exit(1)
    }
    this.#stage = 'closed'
    app.quit()
  }
}

async function askWhatToDo(window: BrowserWindow): Promise<number> {
  const { response } = await dialog.showMessageBox(window, {
    type: 'question',
    title: 'HRM Lab',
    message: 'A run is training.',
    detail:
      'Paused, it is kept with a checkpoint and goes on at the next start. ' +
      'Or the window closes and the training keeps going: HRM Lab then shows nothing until it is started again, ' +
      'and ends by itself when the queue is done.',
    buttons: ['Pause and Quit', 'Keep Going', 'Cancel'],
    defaultId: PAUSE,
    cancelId: 2,
    noLink: true,
  })
  return response
}

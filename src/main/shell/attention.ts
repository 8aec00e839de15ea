import { Notification, powerSaveBlocker } from 'electron'
import type { RunView } from '../../shared/contract/runs'
import type { EventBus } from '../lab/contract/event-bus'
import { after, AT_REST, noticeOf, type AttentionState } from '../../shared/runs/attention'
import type { Windows } from './windows'

/** Electron's values for a bar that is not there, and for one without an amount. */
const NO_BAR = -1
const UNKNOWN_BAR = 2

/**
 * Tells a person who does something else how the lab is: the machine does not fall asleep while a run trains, its progress
 * stands on the task bar, and its end is notified when no window is looked at.
 */
export class Attention {
  readonly #windows: Windows
  readonly #onChange: (state: AttentionState) => void
  readonly #wanted: () => boolean
  /** Kept while they are shown: one that is collected cannot be clicked. */
  readonly #shown = new Set<Notification>()
  #state = AT_REST
  #blocker: number | null = null

  /**
   * @param onChange told when a run begins or ends to train
   * @param wanted whether the person wants ends to be notified now
   */
  constructor(windows: Windows, onChange: (state: AttentionState) => void, wanted: () => boolean) {
    this.#wanted = wanted
    this.#windows = windows
    this.#onChange = onChange
  }

  /** Follows the lab. @returns how to end that; nothing is blocked or shown then */
  follow(events: EventBus): () => void {
    const stop = events.subscribe((batch) => {
      const before = this.#state.training
      for (const event of batch.events) {
        const { training } = this.#state
        this.#state = after(this.#state, event)
        if (event.kind === 'run' && event.run.id === training) this.#notify(event.run)
      }
      this.#show()
      if (this.#state.training !== before) this.#onChange(this.#state)
    })
    return () => {
      stop()
      this.#state = AT_REST
      this.#show()
    }
  }

  #show(): void {
    const { training, share } = this.#state
    if (training !== null) this.#blocker ??= powerSaveBlocker.start('prevent-app-suspension')
    else if (this.#blocker !== null) {
      powerSaveBlocker.stop(this.#blocker)
      this.#blocker = null
    }
    for (const window of this.#windows.all) window.setProgressBar(training === null ? NO_BAR : (share ?? UNKNOWN_BAR))
  }

  #notify(run: RunView): void {
    const notice = noticeOf(run)
    if (!notice || !this.#wanted() || this.#windows.focused || !Notification.isSupported()) return
    const notification = new Notification(notice)
    this.#shown.add(notification)
    notification.on('close', () => this.#shown.delete(notification))
    notification.on('click', () => {
      this.#shown.delete(notification)
      this.#windows.command({ id: 'run.open', run: run.id })
    })
    notification.show()
  }
}

import type { LabEvent } from '../../shared/contract/events'
import { after, AT_REST, type AttentionState, type Notice, noticeOf } from '../../shared/runs/attention'
import type { Lab } from './lab.svelte'
import { router } from './router.svelte'

/** The browser's own notifications, as far as they are used. */
export interface NotificationSystem {
  readonly permission: () => NotificationPermission
  /** Asks the person. Must come from a key or a click: browsers want that. */
  readonly ask: () => Promise<NotificationPermission>
  /** @param tag one of the same tag takes the place of the last one: two pages tell it once */
  readonly show: (notice: Notice, tag: string, onClick: () => void) => void
  /** Whether the person looks at this page now. */
  readonly looking: () => boolean
}

/** Those of this page; null where it has none, or where Electron's main process tells instead. */
export function pageNotifications(): NotificationSystem | null {
  if (typeof window === 'undefined' || window.lab || !('Notification' in window)) return null
  return {
    permission: () => Notification.permission,
    ask: () => Notification.requestPermission(),
    show: ({ title, body }, tag, onClick) => {
      const shown = new Notification(title, { body, tag })
      shown.onclick = () => {
        window.focus()
        shown.close()
        onClick()
      }
    },
    looking: () => document.hasFocus(),
  }
}

/**
 * Tells of runs that have ended while nobody looks. Whether it does is a setting of the lab; in a browser the browser must
 * allow it as well. In Electron the main process tells (main/shell/attention), by the same setting.
 */
export class Notifications {
  readonly #lab: Lab
  readonly #system: NotificationSystem | null
  /** The shell tells by itself: nothing has to be allowed. */
  readonly native: boolean
  permission = $state<NotificationPermission | 'none'>('none')
  #state: AttentionState = AT_REST

  constructor(lab: Lab, system = pageNotifications(), native = typeof window !== 'undefined' && Boolean(window.lab)) {
    this.#lab = lab
    this.#system = system
    this.native = native
    this.permission = system?.permission() ?? 'none'
  }

  /** Whether an end is told now. */
  get on(): boolean {
    return this.#lab.settings.shared('lab.notifications').onEnd && (this.native || this.permission === 'granted')
  }

  /** Why they cannot be switched on here; null: they can. */
  get obstacle(): string | null {
    if (this.native || this.permission === 'granted' || this.permission === 'default') return null
    return this.permission === 'denied'
      ? 'This browser refuses notifications of this page. Allow them in the browser’s settings of the site, then load the page again.'
      : 'This browser has no notifications.'
  }

  /** Switches them on or off; on asks the browser where it has not been asked. */
  async set(onEnd: boolean): Promise<void> {
    if (onEnd && this.#system) this.permission = await this.#system.ask()
    if (onEnd && this.obstacle !== null) return
    await this.#lab.messages.attempt('Keeping the setting', () =>
      this.#lab.settings.change('lab.notifications', { onEnd }),
    )
  }

  /** Begins to tell. @returns how to stop */
  start(): () => void {
    return this.#system ? this.#lab.onEvent((event) => this.#hear(event)) : () => undefined
  }

  #hear(event: LabEvent): void {
    const { training } = this.#state
    this.#state = after(this.#state, event)
    if (event.kind !== 'run' || event.run.id !== training) return
    const notice = noticeOf(event.run)
    const { id } = event.run
    if (notice && this.on && !this.#system!.looking())
      this.#system!.show(notice, id, () => router.go({ view: 'run', id }))
  }
}

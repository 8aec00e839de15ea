import type { HomeProgress, homeRequests } from '../../../shared/contract/home'
import { LabError } from '../../../shared/errors'
import { type Handlers, failureOf } from '../contract/dispatch'
import type { EventBus } from '../contract/event-bus'
import { freeBytes } from '../datasets/disk'
import type { Lab } from '../lab'
import { forgetFormer, formerHomes, removeFormer } from './former'
import { bytesOf, listHome } from './list-home'
import { moveHome, planMove } from './move-home'
import { requireMovable } from './target'

/** What a move needs of the lab that runs. */
export interface MovedLab {
  /** As it is open now. */
  readonly lab: () => Lab
  /** What goes on that must have ended before, in words; null: nothing. */
  readonly busy: () => string | null
  readonly events: EventBus
  /** Opens the lab anew, where it lies now. */
  readonly reopen: () => Promise<void>
}

interface Going {
  readonly cancel: AbortController
  readonly ended: Promise<void>
  progress: HomeProgress
}

/** Moves the folder of a lab that runs: one move at a time, told to windows, to be cancelled; and tells of the folder. */
export class HomeMove {
  readonly #moved: MovedLab
  #going: Going | null = null

  constructor(moved: MovedLab) {
    this.#moved = moved
  }

  /** Settles once the move that goes on has ended and the lab is open again; null: none goes on. */
  get ended(): Promise<void> | null {
    return this.#going?.ended ?? null
  }

  /** Ends the move that goes on, if any. @returns when it has ended */
  async cancel(): Promise<void> {
    const going = this.#going
    if (!going) return
    going.cancel.abort()
    this.#tell(going, { cancelling: true })
    await going.ended
  }

  /** Answers to the contract's requests about the folder. */
  readonly handlers: Handlers<keyof typeof homeRequests> = {
    'home.describe': async () => {
      const { home, store } = this.#moved.lab()
      const fixed = { option: '--home', environment: 'HRM_LAB_HOME', moved: null, standard: null } as const
      return {
        folder: home.folder,
        fixedBy: fixed[home.chosenBy],
        bytes: bytesOf(await listHome(home.folder)) + store.bytes,
        free: await freeBytes(home.folder),
        former: fixed[home.chosenBy] === null ? await formerHomes() : [],
        moving: this.#going?.progress ?? null,
      }
    },
    'home.check': async ({ to }) => {
      const { target, bytes } = await planMove(this.#moved.lab(), to)
      return { folder: target.folder, bytes, free: target.free }
    },
    'home.move': async ({ to }) => {
      const lab = this.#moved.lab()
      requireMovable(lab.home)
      const { target, bytes } = await planMove(lab, to)
      const busy = this.#going ? 'The lab is being moved already.' : this.#moved.busy()
      if (busy !== null)
        throw new LabError(
          'bad-input',
          `${busy} The lab cannot be moved meanwhile.`,
          'Wait for its end, or pause it first.',
        )
      this.#begin(lab, target.folder, bytes)
      return null
    },
    'home.cancel': () => {
      void this.cancel()
      return null
    },
    'home.removeFormer': async ({ folder }) => {
      const bytes = await removeFormer(folder)
      this.#moved.events.emit({ kind: 'home' })
      return { bytes }
    },
    'home.forgetFormer': ({ folder }) => {
      forgetFormer(folder)
      this.#moved.events.emit({ kind: 'home' })
      return null
    },
  }

  #begin(lab: Lab, to: string, total: number): void {
    const cancel = new AbortController()
    let ended = (): void => undefined
    const going: Going = {
      cancel,
      ended: new Promise((resolve) => (ended = resolve)),
      progress: { to, phase: 'copying', done: 0, total, cancelling: false },
    }
    this.#going = going
    this.#tell(going, {})
    void this.#move(lab, going).finally(() => {
      this.#going = null
      ended()
      this.#moved.events.emit({ kind: 'home' })
    })
  }

  async #move(lab: Lab, going: Going): Promise<void> {
    const { events, reopen } = this.#moved
    const former = lab.home.folder
    try {
      const onProgress = (progress: Partial<HomeProgress>): void => this.#tell(going, progress)
      const folder = await moveHome(lab, going.progress.to, { signal: going.cancel.signal, onProgress })
      events.emit({ kind: 'home-end', outcome: { ok: true, folder, former } })
      events.flush() // Before the lab is closed where it was: who asked through it hears of it.
    } catch (error) {
      const { message, hint } = failureOf(error)
      events.emit({ kind: 'home-end', outcome: { ok: false, cancelled: going.cancel.signal.aborted, message, hint } })
      return
    }
    await reopen()
  }

  #tell(going: Going, news: Partial<HomeProgress>): void {
    going.progress = { ...going.progress, ...news }
    this.#moved.events.emit({ kind: 'home-progress', progress: going.progress })
  }
}

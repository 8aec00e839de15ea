import type { RequestResult } from '../../shared/contract/contract'
import type { LabEvent } from '../../shared/contract/events'
import type { HomeProgress } from '../../shared/contract/home'
import type { Failure } from '../../shared/contract/reply'
import { failureOf, RequestFailed } from '../transport/client'
import { fileBridge, type FileBridge } from './drop.svelte'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'
import { router } from './router.svelte'

export type LabFolderView = RequestResult<'home.describe'>
/** Where the lab could be moved. */
export type PlannedMove = RequestResult<'home.check'>

/** The folder in which the lab keeps everything, and its move to another one. */
export class LabFolder {
  readonly #lab: Lab
  /** Chooses a folder in the system's dialog; null where there is none. */
  readonly bridge: FileBridge | null
  view = $state.raw<LabFolderView | null>(null)
  /** Of a move that goes on, whoever began it; null: none. */
  moving = $state.raw<HomeProgress | null>(null)
  /** The folder that was looked at and can be moved to. */
  planned = $state.raw<PlannedMove | null>(null)
  /** Something was asked and is not answered yet. */
  asking = $state(false)
  /** Why the folder could not be described, or the lab not be moved there. */
  problem = $state.raw<{ readonly what: string; readonly failure: Failure } | null>(null)
  readonly #refresh: () => void

  constructor(lab: Lab, bridge: FileBridge | null = fileBridge()) {
    this.#lab = lab
    this.bridge = bridge
    this.#refresh = refresher(
      async () => {
        this.view = await lab.client.request('home.describe', {})
        this.moving = this.view.moving
      },
      (error) => this.#fail('The folder could not be looked at.', error),
    )
  }

  /** Describes the folder from now on. @returns how to stop */
  show(): () => void {
    this.forget()
    this.#refresh()
    const stops = [
      this.#lab.onEvent(({ kind }) => (kind === 'home' ? this.#refresh() : undefined)),
      this.#lab.onReload(() => this.#refresh()),
    ]
    return () => stops.forEach((stop) => stop())
  }

  /** Takes what happens with the folder, whether it is shown or not. */
  take(event: LabEvent): void {
    if (event.kind === 'home-progress') this.moving = event.progress
    if (event.kind !== 'home-end') return
    const { outcome } = event
    this.moving = null
    this.planned = null
    if (outcome.ok) {
      const action = {
        label: 'Look',
        run: () => router.go({ view: 'settings' }),
        offered: () => router.current.view !== 'settings',
      }
      this.#lab.messages.tell(`The lab lies in ${outcome.folder} now. ${outcome.former} still holds a copy.`, action)
      return
    }
    const { cancelled, message, hint } = outcome
    const kind = cancelled ? 'cancelled' : 'storage'
    this.#lab.messages.fail('Moving the lab', new RequestFailed({ kind, message, hint, details: null }))
  }

  /** Forgets the folder that was looked at. */
  forget(): void {
    this.planned = null
    this.problem = null
  }

  /** Looks whether the lab can be moved to a folder. */
  async check(to: string): Promise<void> {
    this.planned = null
    await this.#ask('The lab cannot be moved there.', async () => {
      this.planned = await this.#lab.client.request('home.check', { to })
    })
  }

  /** Moves it to the folder that was looked at. */
  async move(): Promise<void> {
    const to = this.planned?.folder
    if (to !== undefined) await this.#ask('The lab was not moved.', () => this.#lab.client.request('home.move', { to }))
  }

  /** Ends the move that goes on. */
  cancel(): Promise<boolean> {
    return this.#lab.messages.attempt('Cancelling the move', () => this.#lab.client.request('home.cancel', {}))
  }

  /** Asks for a folder with the system's dialog. @returns null when the person cancels */
  async choose(): Promise<string | null> {
    let path: string | null = null
    await this.#lab.messages.attempt('Choosing a folder', async () => {
      path = (await this.bridge?.chooseFolder('home')) ?? null
    })
    return path
  }

  /** Removes a folder that the lab was moved from, for good. */
  removeFormer(folder: string): Promise<boolean> {
    return this.#lab.messages.attempt(`Removing ${folder}`, () =>
      this.#lab.client.request('home.removeFormer', { folder }),
    )
  }

  /** Leaves such a folder where it is, and out of the list. */
  forgetFormer(folder: string): Promise<boolean> {
    return this.#lab.messages.attempt(`Keeping ${folder}`, () =>
      this.#lab.client.request('home.forgetFormer', { folder }),
    )
  }

  async #ask(what: string, work: () => Promise<unknown>): Promise<void> {
    this.asking = true
    this.problem = null
    try {
      await work()
    } catch (error) {
      this.#fail(what, error)
    } finally {
      this.asking = false
    }
  }

  #fail(what: string, error: unknown): void {
    this.problem = { what, failure: failureOf(error) }
  }
}

import type { RequestResult } from '../../shared/contract/contract'
import type { DataSetView } from '../../shared/contract/data-sets'
import type { LabEvent } from '../../shared/contract/events'
import type { Failure } from '../../shared/contract/reply'
import type { RunView } from '../../shared/contract/runs'
import { settingKeys } from '../../shared/settings/settings'
import { failureOf, Listeners } from '../transport/client'
import type { LabClient } from '../transport/client'
import { follow } from '../transport/follow'
import { Appearance } from './appearance.svelte'
import { Classify } from './classify.svelte'
import { COMPARE_KEY } from './compare'
import { Drafts } from './drafts.svelte'
import { Drop } from './drop.svelte'
import { Imports } from './imports.svelte'
import { LabFolder } from './lab-folder.svelte'
import { Messages } from './messages.svelte'
import { Notifications } from './notifications.svelte'
import { Notebook } from './notebook.svelte'
import { refresher } from './refresher'
import { RunBundles } from './run-bundles.svelte'
import { Runs } from './runs.svelte'
import { RunsTable } from './runs-table.svelte'
import { Settings } from './settings.svelte'
import { Undo } from './undo.svelte'

export type EngineView = RequestResult<'engine.describe'>
export type QueueView = RequestResult<'queue.get'>
export type LabStateView = RequestResult<'lab.state'>
export type EngineProgress = Extract<LabEvent, { kind: 'engine-progress' }>

const noQueue: QueueView = {
  order: [],
  running: null,
  halting: null,
  secondsExpected: {},
  paused: false,
  problem: null,
}

/** The window's picture of the lab, kept equal to it by events; all views read from here. */
export class Lab {
  readonly client: LabClient
  readonly messages = new Messages(() => this.connected)
  readonly undo = new Undo(this.messages)
  readonly settings: Settings
  readonly appearance: Appearance
  readonly runsTable: RunsTable
  readonly drafts: Drafts
  readonly runs = new Runs()
  readonly imports = new Imports(this)
  readonly bundles = new RunBundles(this)
  readonly classify = new Classify(this)
  readonly notebook = new Notebook(this)
  readonly drop = new Drop(this)
  readonly notifications: Notifications
  readonly folder = new LabFolder(this)
  /** A part of the open run that is to be shown as soon as its view can: the name of its tab. */
  wantedTab = $state<'notes' | null>(null)
  state = $state.raw<LabStateView | null>(null)
  queue = $state.raw<QueueView>(noQueue)
  dataSets = $state.raw<readonly DataSetView[]>([])
  engine = $state.raw<EngineView | null>(null)
  engineProgress = $state.raw<EngineProgress | null>(null)
  connected = $state(true)
  /** The lab is there but does not know this window any more: it was started again with another link. */
  refused = $state(false)
  /** The state was loaded at least once. */
  loaded = $state(false)
  /** Why the state could not be loaded. */
  problem = $state.raw<Failure | null>(null)
  readonly #events = new Listeners<LabEvent>()
  readonly #reloads = new Listeners<void>()
  readonly #refreshQueue: () => void
  readonly #refreshDataSets: () => void
  readonly #refreshEngine: () => void
  readonly #refreshState: () => void

  constructor(client: LabClient) {
    this.client = client
    const failed = (what: string) => (error: unknown) => this.messages.fail(what, error)
    this.settings = new Settings(client, (what, error) => this.messages.fail(what, error))
    this.appearance = new Appearance(this.settings)
    this.runsTable = new RunsTable(this.settings)
    this.notifications = new Notifications(this)
    this.drafts = new Drafts(this.settings)
    this.#refreshQueue = refresher(
      async () => this.#setQueue(await client.request('queue.get', {})),
      failed('Reading the queue'),
    )
    this.#refreshDataSets = refresher(() => this.#loadDataSets(), failed('Reading the data sets'))
    this.#refreshState = refresher(
      async () => void (this.state = await client.request('lab.state', {})),
      failed('Reading the lab’s state'),
    )
    this.#refreshEngine = refresher(() => this.#loadEngine(), failed('Reading the engine’s state'))
  }

  /** Loads everything and begins to follow. @returns ready: settled after the first load; stop: how to end */
  start(): { ready: Promise<void>; stop: () => void } {
    const stopConnection = this.client.onConnection((connected, refused = false) => {
      this.connected = connected
      this.refused = refused
    })
    const { ready, stop } = follow(this.client, {
      load: () => this.#load(),
      apply: (events) => this.#apply(events),
      failed: (error) => (this.problem = failureOf(error)),
    })
    return { ready, stop: () => (stopConnection(), stop()) }
  }

  /** Hears every event after the window's state took it. */
  onEvent(listener: (event: LabEvent) => void): () => void {
    return this.#events.add(listener)
  }

  /** Hears that events were missed and everything was loaded anew. */
  onReload(listener: () => void): () => void {
    return this.#reloads.add(listener)
  }

  /** Asks for the queue again. */
  reloadQueue(): void {
    this.#refreshQueue()
  }

  /** What was asked of a run that trains and comes at its step's end. */
  halting(id: string): 'pause' | 'stop' | null {
    return this.queue.running === id ? this.queue.halting : null
  }

  async #load(): Promise<number> {
    const first = this.state === null
    const state = await this.client.request('lab.state', {})
    const [runs, queue] = await Promise.all([
      this.client.request('runs.list', { trashed: false }),
      this.client.request('queue.get', {}),
      this.#loadDataSets(),
      this.#loadEngine(),
      this.settings.load([Appearance.key, ...settingKeys, ...(first ? [RunsTable.key, COMPARE_KEY] : [])]),
    ])
    this.runs.replace(runs)
    this.#setQueue(queue)
    this.state = state
    this.problem = null
    this.loaded = true
    if (first) for (const notice of state.notices) this.messages.tell(notice)
    else this.#reloads.tell()
    return state.sequence
  }

  #setQueue(queue: QueueView): void {
    this.queue = queue
  }

  async #loadDataSets(): Promise<void> {
    this.dataSets = await this.client.request('dataSets.list', { trashed: false })
  }

  async #loadEngine(): Promise<void> {
    this.engine = await this.client.request('engine.describe', {})
  }

  #apply(events: readonly LabEvent[]): void {
    for (const event of events) {
      if (event.kind === 'run') this.runs.put(event.run)
      else if (event.kind === 'runs-deleted') {
        this.runs.remove(event.ids)
        this.undo.forget(event.ids)
      } else if (event.kind === 'run-progress') this.runs.progressed(event)
      else if (event.kind === 'run-log') this.runs.says(event)
      else if (event.kind === 'queue') this.#refreshQueue()
      else if (event.kind === 'data-sets') this.#refreshDataSets()
      else if (event.kind === 'setting') this.settings.take(event.key, event.value)
      else if (event.kind === 'engine-progress') this.engineProgress = event
      else if (event.kind === 'engine') {
        this.engineProgress = null
        this.#refreshEngine()
      }
      if (event.kind === 'home') this.#refreshState()
      this.folder.take(event)
      this.#events.tell(event)
    }
  }
}

/** What may be asked of a run in its state. */
export const runActions = (state: RunView['state']): { pause: boolean; resume: boolean; stop: boolean } => ({
  pause: state === 'running',
  resume: state === 'paused' || state === 'interrupted' || state === 'failed',
  stop: state === 'running' || state === 'queued' || state === 'paused' || state === 'interrupted',
})

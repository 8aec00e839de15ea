import { LabError } from '../../../shared/errors'
import type { EngineEvent } from '../../engine/protocol'
import type { EventBus } from '../contract/event-bus'
import type { Lab } from '../lab'
import { KeptEngine, type OpenedEngine } from './kept-engine'
import { evaluatedBatches } from './pace'
import { type QueueProblem, QueueState } from './queue-state'
import type { Run, RunState } from './runs'
import { Turn } from './turn'
import { runView } from './view'

export type { OpenedEngine }

/** What a queue needs beside its lab. */
export interface RunQueueOptions {
  readonly events: EventBus
  /** Starts an engine, setting it up first where need be. @throws LabError with the reason and the way out */
  readonly openEngine: () => Promise<OpenedEngine>
  /** Milliseconds that an engine without work is kept; a minute when not given. */
  readonly idleMs?: number
}

/** Place of the run whose turn it is: before all that wait, also after a kill. */
const FIRST = 0
/** So many runs in a row that ended with their engine pause the queue: the next one would end so too. */
const MOST_CRASHES = 2

/**
 * Trains what waits, one run at a time, with one engine kept from run to run. What waits and whether the queue is paused
 * stand in the store: after a restart, also after a kill, start() goes on where it was.
 */
export class RunQueue {
  readonly #lab: Lab
  readonly #events: EventBus
  readonly #engine: KeptEngine
  #turn: Turn | null = null
  #work: Promise<void> | null = null
  #started = false
  #closed = false
  readonly #state: QueueState
  /** Runs in a row whose engine died. */
  #crashes = 0

  constructor(lab: Lab, { events, openEngine, idleMs = 60_000 }: RunQueueOptions) {
    this.#lab = lab
    this.#events = events
    this.#engine = new KeptEngine(openEngine, idleMs, () => events.emit({ kind: 'engine' }))
    this.#state = new QueueState(lab.store.settings, () => events.emit({ kind: 'queue' }))
  }

  /** Id of the run whose turn it is, or null. */
  get running(): string | null {
    return this.#turn?.id ?? null
  }

  get paused(): boolean {
    return this.#state.paused
  }

  /** What paused the queue where no person did: the engine cannot be used, or nothing can be recorded. */
  get problem(): QueueProblem | null {
    return this.#state.problem
  }

  /** What was asked of the run that has its turn and comes at its step's end; null: nothing. */
  get halting(): 'pause' | 'stop' | null {
    const wish = this.#turn?.wish ?? null
    return wish === 'hold' ? 'pause' : wish
  }

  /** The engine's process: what it runs on, and how it died where nobody had asked for that. */
  get engine(): Pick<KeptEngine, 'info' | 'died'> {
    return this.#engine
  }

  /** Ends the engine's process when no run has its turn; the next run starts it anew. @throws LabError 'bad-input' when one has */
  async endEngine(): Promise<void> {
    if (this.#turn) throw new LabError('bad-input', `Run ${this.#turn.id} is training.`, 'Pause the queue first.')
    await this.#engine.close()
  }

  /** Has the next run begin with a new engine, as when its options have changed; one without work ends at once. */
  async renewEngine(): Promise<void> {
    if (this.#turn) this.#engine.renew()
    else await this.#engine.close()
  }

  /** Ids of the runs that wait, the next one first. */
  waiting(): string[] {
    return this.#lab.store.runs.queue().flatMap(({ id }) => (id === this.running ? [] : [id]))
  }

  /** Begins to work: goes on with what waits; runs that a kill interrupted are first. */
  start(): void {
    this.#started = true
    this.#go()
  }

  /**
   * Puts a run that has not ended for good at the end of the queue; does nothing when it waits already.
   * @throws LabError 'bad-input' when it has its turn, has finished or was stopped, or lies in the trash
   */
  enqueue({ id }: Pick<Run, 'id'>): void {
    const { runs } = this.#lab.store
    const run = runs.get(id)
    if (run.trashed !== null) throw new LabError('bad-input', `Run ${id} lies in the trash.`, 'Restore it first.')
    if (run.state === 'finished' || run.state === 'stopped')
      throw new LabError('bad-input', `Run ${id} has ${run.state === 'stopped' ? 'been ' : ''}${run.state}.`)
    if (id === this.running)
      throw new LabError('bad-input', `Run ${id} has its turn.`, 'Wait until it has paused, then resume it.')
    if (this.waiting().includes(id)) return
    this.#lab.store.transaction(() => {
      runs.setState(id, 'queued')
      runs.setQueuePosition(id, runs.nextQueuePosition())
    })
    this.#tell(id)
    this.#go()
  }

  /** Puts a paused, interrupted or failed run at the end of the queue; it goes on from its last checkpoint. @throws as enqueue */
  resume(id: string): void {
    this.enqueue({ id })
  }

  /** Gives all waiting runs a new order. @throws LabError 'bad-input' when `ids` are not exactly those that wait */
  order(ids: readonly string[]): void {
    const waiting = new Set(this.waiting())
    if (ids.length !== waiting.size || !ids.every((id) => waiting.delete(id)))
      throw new LabError('bad-input', 'The queue has changed meanwhile.', 'Look at it again, then order it.')
    this.#lab.store.runs.setQueuePositions(ids.map((id, i) => [id, FIRST + 1 + i]))
    this.#events.emit({ kind: 'queue' })
  }

  /** Pauses what runs at its step's end and begins nothing new, also after a restart. Returns at once. */
  pauseAll(): void {
    this.#turn?.halt('hold')
    this.#state.set(true)
  }

  /** Goes on after pauseAll or a problem, with what was halted first. */
  continue(): void {
    this.#crashes = 0
    this.#state.set(false)
    this.#go()
  }

  /**
   * Takes a run out of the queue, to be resumed later; the one that runs is paused at its step's end. Returns at once.
   * @throws LabError 'bad-input' when it neither runs nor waits
   */
  pause(id: string): void {
    if (this.#turn?.id === id) return this.#halt(this.#turn, 'pause')
    if (!this.waiting().includes(id))
      throw new LabError('bad-input', `Run ${id} neither trains nor waits for its turn.`, null)
    this.#leave(id, 'paused')
  }

  /**
   * Ends a run for good, keeping what was recorded; the one that runs ends at its step's end. Returns at once.
   * @throws LabError 'bad-input' when it has ended already
   */
  stop(id: string): void {
    if (this.#turn?.id === id) return this.#halt(this.#turn, 'stop')
    const { state } = this.#lab.store.runs.get(id)
    if (state === 'finished' || state === 'stopped' || state === 'failed')
      throw new LabError('bad-input', `Run ${id} has ended already.`)
    this.#leave(id, 'stopped')
  }

  /**
   * Pauses what runs, with a checkpoint, and ends the engine; the run is the first after the next start.
   * The lab may be closed when it resolves.
   */
  async close(): Promise<void> {
    this.#closed = true
    this.#turn?.halt('hold')
    await this.#work
    await this.#engine.close()
  }

  /** Asks for it and tells windows at once; it comes at the step's end. */
  #halt(turn: Turn, wish: 'pause' | 'stop'): void {
    turn.halt(wish)
    this.#events.emit({ kind: 'queue' })
  }

  /** Works through the queue unless that is being done already or must not be. */
  #go(): void {
    if (this.#work || !this.#next()) return
    this.#work = this.#loop()
      .catch((error: unknown) => this.#state.giveUp(error))
      .finally(() => {
        this.#work = null
        this.#engine.rest()
        this.#go() // What came between the loop's last look and now.
      })
  }

  #next(): string | null {
    if (!this.#started || this.#closed || this.#state.paused) return null
    return this.#lab.store.runs.queue()[0]?.id ?? null
  }

  async #loop(): Promise<void> {
    for (let id = this.#next(); id !== null; id = this.#next()) {
      const turn = new Turn(id)
      this.#turn = turn
      this.#lab.store.runs.setQueuePosition(id, FIRST)
      this.#events.emit({ kind: 'queue' })
      try {
        await this.#take(turn)
      } finally {
        this.#turn = null
        this.#tell(id)
      }
    }
  }

  async #take(turn: Turn): Promise<void> {
    try {
      const opened = await Promise.race([this.#engine.get(), turn.halted])
      if (opened) return await this.#train(turn, opened)
    } catch (error) {
      this.#state.giveUp(error) // Not the run's fault: it keeps its place.
    }
    // Nothing was trained; only what a person asked for this run itself takes it out.
    if (turn.wish === 'pause') this.#leave(turn.id, 'paused')
    if (turn.wish === 'stop') this.#leave(turn.id, 'stopped')
  }

  async #train(turn: Turn, { engine, info }: OpenedEngine): Promise<void> {
    const { id } = turn
    const { runs } = this.#lab.store
    try {
      const run = runs.get(id)
      const { training: asked } = this.#lab.runs.configuration(run)
      turn.evaluates(evaluatedBatches(this.#lab.dataSets.get(run.dataSet).manifest, asked))
      const training = this.#lab.runs.train(run, {
        engine,
        info,
        ...turn.signals,
        onEvent: (event) => this.#onEvent(turn, event),
      })
      this.#tell(id)
      const { reason } = await training
      this.#crashes = 0
      if (reason === 'paused' && turn.wish === 'hold') return
      runs.setQueuePosition(id, null)
      // It was pausing already when its stop was asked for.
      if (reason === 'paused' && turn.wish === 'stop') runs.setState(id, 'stopped')
    } catch (error) {
      this.#endFailed(id, error)
      this.#crashes = engine.info === null ? this.#crashes + 1 : 0
      if (this.#crashes >= MOST_CRASHES) this.#state.giveUp(crashedAgain(this.#crashes, error))
    }
  }

  /** Runs.train has recorded why it failed; what it refused to begin, as when its data is gone, is recorded here. */
  #endFailed(id: string, error: unknown): void {
    const { runs, log } = this.#lab.store
    const message = error instanceof Error ? error.message : String(error)
    if (runs.get(id).message !== message) {
      runs.setState(id, 'failed', message)
      log.append(id, 'error', message)
    }
    runs.setQueuePosition(id, null)
  }

  #onEvent(turn: Turn, event: EngineEvent): void {
    if (event.kind === 'started' || event.kind === 'epoch') this.#tellRun(turn.id)
    const news = turn.news(event)
    if (news) this.#events.emit(news)
  }

  #leave(id: string, state: RunState): void {
    this.#lab.store.transaction(() => {
      this.#lab.store.runs.setQueuePosition(id, null)
      this.#lab.store.runs.setState(id, state)
    })
    this.#tell(id)
  }

  #tell(id: string): void {
    this.#tellRun(id)
    this.#events.emit({ kind: 'queue' })
  }

  #tellRun(id: string): void {
    this.#events.emit({ kind: 'run', run: runView(this.#lab, this.#lab.store.runs.get(id)) })
  }
}

/** A process that dies in every run is no run's fault. */
const crashedAgain = (runs: number, error: unknown): LabError =>
  new LabError(
    'engine',
    `The engine died in ${runs} runs, one after the other. ${error instanceof Error ? error.message : String(error)}`,
    'Check and repair the engine, then go on with the queue.',
    { cause: error },
  )

import type { Failure } from '../../shared/contract/reply'
import { type Dispatch, failureOf } from './contract/dispatch'
import { EventBus } from './contract/event-bus'
import type { ImageReader } from './datasets/image-png'
import type { EngineOptions } from './engine/open-engine'
import type { ExportReader } from './exports/exported-file'
import { HomeMove } from './home/home-move'
import { whileMoving } from './home/while-moving'
import { Lab } from './lab'
import { LabAreas } from './lab-areas'
import type { RunQueue } from './runs/queue'
import { endShowing, type Showing, tellShowing } from './shown-by'

/**
 * A lab that windows can talk to: it answers every request of the contract, tells what happens, and works its queue. Its folder
 * may be moved while it runs: it is then opened anew where it lies (LabAreas), behind the same answers and events.
 */
export class RunningLab {
  readonly events = new EventBus()
  readonly dispatch: Dispatch
  /** Images of data sets and previews, by what follows /images/ in their address. */
  readonly images: ImageReader = (tail) => this.#areas.images(tail)
  /** Files of exports, by what follows /exports/. */
  readonly exports: ExportReader = (tail) => this.#areas.exports(tail)
  readonly #engine: EngineOptions
  readonly #move: HomeMove
  #areas: LabAreas
  #showing: Showing | null = null
  #onNotice: ((notice: string) => void) | null = null
  /** Between its two folders nobody can be answered. */
  #reopening: Promise<void> | null = null
  /** Why the lab could not be opened again after it was moved. */
  #lost: Failure | null = null

  /** @param engine what runs are trained by */
  constructor(lab: Lab, engine: EngineOptions) {
    this.#engine = engine
    const requests = { writing: 0 }
    this.#move = new HomeMove({
      lab: () => this.lab,
      busy: () => this.#areas.busy ?? (requests.writing > 0 ? 'Something is being written.' : null),
      events: this.events,
      reopen: () => (this.#reopening = this.#reopen().finally(() => (this.#reopening = null))),
    })
    this.#areas = this.#open(lab)
    this.dispatch = whileMoving(
      async (name, given) => {
        await this.#reopening
        return this.#lost ? { ok: false, error: this.#lost } : this.#areas.dispatch(name, given)
      },
      this.#move,
      requests,
    )
  }

  /** As it is open now. */
  get lab(): Lab {
    return this.#areas.lab
  }

  get queue(): RunQueue {
    return this.#areas.queue
  }

  /** For short looks at stored weights, whatever trains. */
  get side(): LabAreas['side'] {
    return this.#areas.side
  }

  /** Writes down in the lab's folder what shows it. */
  show(showing: Showing): void {
    this.#showing = showing
    tellShowing(this.lab.home, showing)
  }

  /**
   * Goes on with what waits, and answers the command line of the same person (lab/local).
   * @param onNotice called with what a person should know; the lab works on
   */
  start(onNotice: (notice: string) => void): void {
    this.#onNotice = onNotice
    this.#areas.start(this.dispatch, onNotice)
  }

  /** Ends in good order: a move and imports are cancelled, the run in work is paused with a checkpoint, the database is closed. */
  async close(): Promise<void> {
    await this.#move.cancel()
    endShowing(this.lab.home)
    await this.#areas.close()
  }

  #open(lab: Lab): LabAreas {
    return new LabAreas(lab, this.#engine, this.events, this.#move.handlers)
  }

  /** Opens the lab where it lies after a move. What fails is told to whoever asks for anything. */
  async #reopen(): Promise<void> {
    endShowing(this.lab.home)
    await this.#areas.close()
    try {
      this.#areas = this.#open(Lab.open())
      if (this.#showing) this.show(this.#showing)
      if (this.#onNotice) this.start(this.#onNotice)
    } catch (error) {
      this.#lost = { ...failureOf(error), hint: 'The lab was moved and is whole. End HRM Lab and start it again.' }
    }
  }
}

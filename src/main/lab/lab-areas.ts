import { compareHandlers } from './compare/handlers'
import { confusionHandlers } from './confusion/handlers'
import type { homeRequests } from '../../shared/contract/home'
import { bindContract, type Dispatch, type Handlers } from './contract/dispatch'
import type { EventBus } from './contract/event-bus'
import { dataSetHandlers } from './datasets/handlers'
import { imageReader, type ImageReader } from './datasets/image-png'
import { Imports } from './datasets/imports'
import { PreviewStore } from './datasets/preview-store'
import { disagreementHandlers } from './disagreement/handlers'
import { EngineWork } from './engine/engine-work'
import { engineHandlers } from './engine/handlers'
import { openEngine, type EngineOptions } from './engine/open-engine'
import { besideTraining, SideEngine } from './engine/side-engine'
import { withThreads } from './engine/stored-threads'
import { engineFacts } from './experiments/engine-facts'
import { Estimator } from './experiments/estimate'
import { experimentHandlers } from './experiments/handlers'
import { paperHandlers } from './figures/handlers'
import { labHandlers } from './handlers'
import { type ExportReader, exportReader } from './exports/exported-file'
import { imageHandlers } from './images/handlers'
import { insideHandlers } from './inside/handlers'
import type { Lab } from './lab'
import { localAddress } from './local/address'
import { serveLocally } from './local/serve'
import { notebookHandlers } from './notebook/handlers'
import { ExpectedTimes, remembered } from './runs/expected'
import { runHandlers } from './runs/handlers'
import { MeasuredModes } from './runs/measured-modes'
import { RunQueue } from './runs/queue'

/** What a lab in its folder does while it runs: everything that would have to begin anew in another folder. */
export class LabAreas {
  readonly lab: Lab
  readonly queue: RunQueue
  /** For short looks at stored weights, whatever trains. */
  readonly side: SideEngine
  readonly dispatch: Dispatch
  /** Images of data sets and previews, by what follows /images/ in their address. */
  readonly images: ImageReader
  /** Files of exports, by what follows /exports/. */
  readonly exports: ExportReader
  readonly #events: EventBus
  readonly #imports: Imports
  readonly #engineWork: EngineWork
  #endLocal: () => void = () => undefined

  /**
   * @param engine what runs are trained by
   * @param home answers about the lab's folder
   */
  constructor(lab: Lab, engine: EngineOptions, events: EventBus, home: Handlers<keyof typeof homeRequests>) {
    this.#events = events
    this.#engineWork = new EngineWork(events)
    this.lab = lab
    const open = (options: EngineOptions) =>
      this.#engineWork.next('start', ({ signal, onProgress }) =>
        openEngine({ ...options, signal, onSetUp: (detail, share) => onProgress(share, detail) }),
      )
    this.queue = new RunQueue(lab, { events, openEngine: () => open(withThreads(engine, lab)) })
    this.side = new SideEngine(() => open(besideTraining(engine)))
    const imports = new Imports(lab.dataSets, events, () => this.queue.running !== null)
    const previews = new PreviewStore()
    this.#imports = imports
    this.images = imageReader(lab.dataSets, previews)
    this.exports = exportReader(lab)
    // Asking the GPU takes a while, and each waiting run wants to know.
    const estimator = new Estimator(
      lab,
      remembered(() => engineFacts(withThreads(engine, lab)), 5000),
    )
    const expected = new ExpectedTimes(lab, (configuration, dataSet) => estimator.estimate(configuration, dataSet))
    this.dispatch = bindContract(
      home,
      labHandlers(lab, events, (key) => {
        if (key === 'lab.engine') void this.queue.renewEngine()
      }),
      engineHandlers(engine, this.queue, this.#engineWork, this.side, new MeasuredModes(this.lab.store.settings)),
      dataSetHandlers({ lab, imports, previews, events }),
      experimentHandlers(lab, (run) => this.queue.enqueue(run), estimator),
      runHandlers(lab, this.queue, events, (run) => expected.of(run)),
      compareHandlers(lab),
      insideHandlers(lab, this.side, events, () => this.queue.running !== null),
      disagreementHandlers(lab),
      imageHandlers({ lab, side: this.side, previews, events }),
      confusionHandlers(lab),
      paperHandlers(lab, estimator),
      notebookHandlers(lab, events),
    )
  }

  /**
   * Goes on with what waits, and answers the command line of the same person (lab/local).
   * @param dispatch answers for it
   * @param onNotice called with what a person should know; the lab works on
   */
  start(dispatch: Dispatch, onNotice: (notice: string) => void): void {
    this.queue.start()
    const failed = (error: unknown): void =>
      onNotice(`The command line cannot reach this lab while it is open: ${(error as Error).message}`)
    try {
      this.#endLocal = serveLocally(localAddress(this.lab.home.folder), dispatch, this.#events, failed)
    } catch (error) {
      failed(error)
    }
  }

  /** What goes on that writes in the lab's folder, in words; null: nothing. */
  get busy(): string | null {
    const { running } = this.queue
    if (running !== null) return `Run “${this.lab.store.runs.get(running).name}” is training.`
    const [first] = this.#imports.list()
    if (first) return `${first.path} is being imported.`
    if (this.#engineWork.kind !== null) return 'The engine is being worked on.'
    return this.side.busy ? 'Stored weights are being looked into.' : null
  }

  /** Ends in good order: imports are cancelled, the run in work is paused with a checkpoint, the database is closed. */
  async close(): Promise<void> {
    this.#endLocal()
    const importsEnded = this.#imports.cancelAll()
    const closing = Promise.all([this.queue.close(), this.side.close()])
    this.#engineWork.cancel() // Halted before, a run that waits for its engine takes this for no problem.
    await closing
    await importsEnded
    this.#events.flush()
    this.lab.close()
  }
}

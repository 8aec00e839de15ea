import { existsSync, mkdirSync } from 'node:fs'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { LabError } from '../../../shared/errors'
import type { Configuration } from '../../../shared/experiment/configuration'
import { peakMemory, trainedImages } from '../../../shared/experiment/prediction'
import { modelCost } from '../../../shared/experiment/registry'
import type { EngineEvent, EngineInfo, TrainResult } from '../../engine/protocol'
import type { DataSetRow } from '../../store/queries/data-sets'
import type { Run, RunState } from '../../store/queries/runs'
import type { Store } from '../../store/store'
import { inputShape, type DataSets } from '../datasets/data-sets'
import type { EngineProcess } from '../engine/supervisor'
import { validate } from '../experiments/configure'
import { gitCommit } from '../git-commit'
import type { Home } from '../home/home'
import { packageInfo } from '../package-root'
import { chooseExecution, type Execution, type ExecutionContext } from './execution'
import { MemoryShortfalls } from './memory-shortfalls'
import { MeasuredModes } from './measured-modes'
import { requirePrecision } from './precision'
import { RunRecorder } from './recorder'

export type { Run, RunState }

/** A run to be made: one experiment's configuration on a data set; one run per seed. */
export interface NewExperiment {
  readonly name: string
  readonly configuration: Configuration
  readonly dataSet: DataSetRow
  readonly seeds: readonly number[]
}

/** What a training needs beside the run. */
export interface TrainOptions {
  readonly engine: Pick<EngineProcess, 'onEvent' | 'request' | 'arrange' | 'info'>
  readonly info: EngineInfo
  /** Aborting pauses the run at the next step's end. */
  readonly signal: AbortSignal
  /** Aborting ends the run for good at the next step's end; it outweighs a pause. */
  readonly stop?: AbortSignal
  /** Called for every event after it was recorded. */
  readonly onEvent: (event: EngineEvent) => void
}

/** The area of runs: made, trained, resumed, looked up. */
export class Runs {
  readonly #home: Home
  readonly #store: Store
  readonly #dataSets: DataSets

  constructor(home: Home, store: Store, dataSets: DataSets) {
    this.#home = home
    this.#store = store
    this.#dataSets = dataSets
  }

  /** Where a run's checkpoints are. */
  folder(run: Run): string {
    return join(this.#home.runs, run.id)
  }

  /** Queues one run per seed. @throws LabError 'bad-input' when the model cannot be built for the data's images, 'not-found' when some are not here. */
  create({ name, configuration, dataSet, seeds }: NewExperiment): Run[] {
    validate(configuration, inputShape(dataSet.manifest))
    this.#dataSets.requireWhole(dataSet)
    return this.#store.transaction(() => {
      const experiment = this.#store.experiments.insert({ name, configuration, dataSet: dataSet.id })
      const made = { experiment, labVersion: packageInfo().version, gitCommit: gitCommit() }
      return seeds.map((seed) => this.#store.runs.insert({ ...made, seed }))
    })
  }

  /**
   * The newest run of this very configuration on this data that can go on (queued, paused or interrupted), or null. Where the
   * mode is left to the lab, a run in any mode will do.
   */
  findUnfinished(configuration: Configuration, dataSet: DataSetRow): Run | null {
    const anyMode = (of: Configuration): Configuration =>
      configuration.training.mode === 'auto' ? { ...of, training: { ...of.training, mode: 'auto' } } : of
    const open: readonly RunState[] = ['queued', 'paused', 'interrupted']
    const same = (run: Run): boolean =>
      open.includes(run.state) &&
      run.dataSet === dataSet.id &&
      isDeepStrictEqual(anyMode(this.configuration(run)), configuration)
    return this.#store.runs.list().findLast(same) ?? null
  }

  /** The run's configuration with its own seed. */
  configuration(run: Run): Configuration {
    const { configuration } = this.#store.experiments.get(run.experiment)
    return { ...configuration, training: { ...configuration.training, seed: run.seed } }
  }

  /** Trainable numbers of the run's model. */
  parameters(run: Run): number {
    const dataSet = this.#dataSets.get(run.dataSet)
    return modelCost(this.configuration(run).model, inputShape(dataSet.manifest)).parameters
  }

  /**
   * Trains a queued run, or goes on with one that was paused, interrupted or failed, from its last checkpoint.
   * Whatever happens, what was recorded is kept and the run's state tells how it ended.
   * @throws LabError when the run has ended, its data is gone, or the engine fails or dies
   */
  async train(run: Run, options: TrainOptions): Promise<TrainResult> {
    const { engine, info, signal, stop, onEvent } = options
    if (run.state === 'finished' || run.state === 'stopped')
      throw new LabError('bad-input', `Run ${run.id} has ${run.state}.`, 'Start a new one with `hrm-lab train`.')
    const dataSet = this.#dataSets.get(run.dataSet)
    this.#dataSets.requireWhole(dataSet)
    const configuration = this.configuration(run)
    requirePrecision(configuration.training, info)
    const folder = this.folder(run)
    mkdirSync(folder, { recursive: true })
    const recorder = new RunRecorder(this.#store, {
      id: run.id,
      folder,
      classes: dataSet.manifest.classes.length,
      labels: (part) => this.#dataSets.labels(dataSet, part),
    })
    this.#store.runs.setState(run.id, 'running')
    // A disk that is full must not take the lab down: the training is halted and the run fails with that reason.
    let unrecorded: unknown = null
    const take = (event: EngineEvent): void => {
      if (unrecorded !== null) return
      try {
        recorder.record(event)
        onEvent(event)
      } catch (error) {
        unrecorded = error
        halt('pause')
      }
    }
    const forget = engine.onEvent(take)
    // A halt that finds no engine needs none: the training ends with it.
    const halt = (how: 'pause' | 'stop'): void => void engine.request({ kind: 'halt', how }).catch(() => undefined)
    const [pausing, stopping] = [() => halt('pause'), () => halt('stop')]
    signal.addEventListener('abort', pausing, { once: true })
    stop?.addEventListener('abort', stopping, { once: true })
    try {
      const resumeFrom = this.lastCheckpoint(run)
      const { mode, lanes } = await this.#execution(run, resumeFrom, options, (level, message) =>
        take({ kind: 'log', level, message }),
      )
      const arranged = await engine.arrange(lanes)
      this.#store.runs.setEngine(run.id, { ...arranged, mode, precision: configuration.training.precision })
      const dataSetFolder = this.#dataSets.folder(dataSet)
      const training = engine.request({
        kind: 'train',
        train: { configuration, dataSetFolder, runFolder: folder, resumeFrom, mode },
      })
      if (signal.aborted) pausing()
      if (stop?.aborted) stopping()
      const result = await training
      if (unrecorded !== null) throw unrecorded
      recorder.flush()
      this.#end(run, result)
      if (result.reason === 'finished') this.#shortfalls.forget(configuration.model.family, this.#expectedMemory(run))
      return result
    } catch (error) {
      if (error instanceof LabError && error.kind === 'out-of-memory')
        this.#shortfalls.remember(configuration.model.family, this.#expectedMemory(run), totalmem())
      this.#fail(run, recorder, error)
      throw error
    } finally {
      signal.removeEventListener('abort', pausing)
      stop?.removeEventListener('abort', stopping)
      forget()
    }
  }

  /** How a run is run: as it began, where it goes on from a checkpoint. */
  #execution(
    run: Run,
    resumeFrom: string | null,
    { engine, info }: TrainOptions,
    tell: ExecutionContext['tell'],
  ): Promise<Execution> {
    const before = resumeFrom === null ? null : this.#store.runs.get(run.id).engine
    if (before) return Promise.resolve({ mode: before.mode ?? 'eager', lanes: before.lanes ?? 1 })
    const { manifest } = this.#dataSets.get(run.dataSet)
    const configuration = this.configuration(run)
    const images = trainedImages(configuration.training, manifest.parts.train.count)
    const modes = new MeasuredModes(this.#store.settings)
    return chooseExecution({ configuration, input: inputShape(manifest), images, engine, info, modes, tell })
  }

  get #shortfalls(): MemoryShortfalls {
    return new MemoryShortfalls(this.#store.settings)
  }

  /** Bytes, by the cost model. */
  #expectedMemory(run: Run): number {
    const { manifest } = this.#dataSets.get(run.dataSet)
    const lanes = this.#store.runs.get(run.id).engine?.lanes ?? 1
    return peakMemory(this.configuration(run), inputShape(manifest), manifest.parts.train.count, lanes)
  }

  /** The newest whole checkpoint file of a run, or null. */
  lastCheckpoint(run: Run): string | null {
    const files = this.#store.checkpoints.list(run.id).map(({ file }) => join(this.folder(run), file))
    return files.findLast((file) => existsSync(file)) ?? null
  }

  /** The weights to show and hand out: the last checkpoint. @throws LabError 'not-found' when there is none. */
  weights(run: Run): string {
    const file = this.lastCheckpoint(run)
    if (file) return file
    throw new LabError('not-found', `Run ${run.id} has no checkpoint yet.`, `Train it: hrm-lab resume ${run.id}.`)
  }

  #end(run: Run, result: TrainResult): void {
    const state: RunState = result.reason === 'diverged' ? 'failed' : result.reason
    this.#store.runs.setState(run.id, state, result.message)
    if (result.message) this.#store.log.append(run.id, 'error', result.message)
  }

  /** The engine died or refused, or nothing could be recorded: interrupted where a checkpoint lets it go on, else failed. */
  #fail(run: Run, recorder: RunRecorder, error: unknown): void {
    const message = error instanceof Error ? error.message : String(error)
    try {
      recorder.flush()
      this.#store.runs.setState(run.id, this.lastCheckpoint(run) ? 'interrupted' : 'failed', message)
      this.#store.log.append(run.id, 'error', message)
    } catch (cause) {
      // The store itself is what fails: the run is found running and marked as interrupted at the next opening.
      if (!(cause instanceof LabError)) throw cause
    }
  }
}

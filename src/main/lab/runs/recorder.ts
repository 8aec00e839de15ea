import { existsSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { PartName } from '../../../shared/data/dataset'
import { confusionMatrix } from '../../../shared/metrics/confusion'
import { joinSteps, stepCount, type StepColumns } from '../../../shared/metrics/steps'
import type { EngineEvent, ExecutionMode } from '../../engine/protocol'
import type { Store } from '../../store/store'

/** Milliseconds that recorded steps may wait in memory: what a kill of the lab can lose. */
const FLUSH_MS = 1000

/** What the recorder must know of the run's folder and data. */
export interface RecordedRun {
  readonly id: string
  /** Where its checkpoints are. */
  readonly folder: string
  readonly classes: number
  /** True classes of a part, in data set order. */
  labels(part: PartName): Uint16Array
}

/** Writes what the engine tells of one run into the store: steps once a second, everything else at once. */
export class RunRecorder {
  readonly #store: Store
  readonly #run: RecordedRun
  #waiting: StepColumns[] = []
  #flushed = Date.now()
  /** The engine's largest resident memory since it was last recorded; 0: nothing was told. */
  #residentBytes = 0
  /** The epoch that has just been the best so far: the checkpoint that follows it is the best one. */
  #bestEpoch: number | null = null

  constructor(store: Store, run: RecordedRun) {
    this.#store = store
    this.#run = run
  }

  /** The run's engine is known already; the mode only now. */
  #recordMode(mode: ExecutionMode): void {
    const { engine } = this.#store.runs.get(this.#run.id)
    if (engine) this.#store.runs.setEngine(this.#run.id, { ...engine, mode })
  }

  /** Records one event; of 'progress' only the memory, the rest is for people. */
  record(event: EngineEvent): void {
    switch (event.kind) {
      case 'started':
        this.#recordMode(event.mode)
        return this.#store.rewind(this.#run.id, { step: event.step, epoch: event.epoch })
      case 'steps':
        this.#waiting.push(event.steps)
        if (Date.now() - this.#flushed >= FLUSH_MS) this.flush()
        return
      case 'epoch':
        this.flush()
        return this.#recordEpoch(event)
      case 'checkpoint':
        this.flush()
        return this.#recordCheckpoint(event)
      case 'log':
        return this.#store.log.append(this.#run.id, event.level, event.message)
      case 'progress':
        this.#residentBytes = Math.max(this.#residentBytes, event.residentBytes)
        return
    }
  }

  /** Writes the steps that wait, and with them how much memory the engine had. */
  flush(): void {
    this.#flushed = Date.now()
    if (this.#waiting.length === 0) return
    const steps = joinSteps(this.#waiting)
    this.#waiting = []
    const end = steps.firstStep + stepCount(steps)
    const residentBytes = this.#residentBytes
    this.#residentBytes = 0
    this.#store.transaction(() => {
      this.#store.steps.append(this.#run.id, steps)
      if (residentBytes > 0) this.#store.memory.insert(this.#run.id, { steps: end, residentBytes })
      this.#store.runs.setState(this.#run.id, 'running', null, steps.seconds[stepCount(steps) - 1] ?? null)
    })
  }

  #recordEpoch(event: Extract<EngineEvent, { kind: 'epoch' }>): void {
    const { id, classes, labels } = this.#run
    const chosenOn = event.evaluations.find(({ part }) => part !== 'train')
    const before = this.#store.evaluations.bests().get(id)
    this.#store.transaction(() => {
      this.#store.epochs.insert(id, event)
      for (const evaluation of event.evaluations) {
        const confusion = confusionMatrix(labels(evaluation.part), evaluation.predicted, classes)
        this.#store.evaluations.insert(id, event.epoch, evaluation, confusion)
      }
    })
    if (chosenOn && chosenOn.accuracy > (before?.[chosenOn.part]?.value ?? -1)) this.#bestEpoch = event.epoch
  }

  #recordCheckpoint(event: Extract<EngineEvent, { kind: 'checkpoint' }>): void {
    const { id, folder } = this.#run
    const file = basename(event.file)
    this.#store.transaction(() => {
      this.#store.checkpoints.insert(id, { ...event, file })
      if (this.#bestEpoch !== null && event.epoch === this.#bestEpoch + 1) {
        this.#store.checkpoints.markBest(id, file)
        this.#bestEpoch = null
      }
      for (const kept of this.#store.checkpoints.list(id))
        if (!existsSync(join(folder, kept.file))) this.#store.checkpoints.remove(id, kept.file)
    })
  }
}

import type { EstimateView } from '../../../shared/contract/experiments'
import { formatDuration } from '../../../shared/charts/format'
import type { Configuration, TrainingConfiguration } from '../../../shared/experiment/configuration'
import { type BackendName, bfloat16Gain, type EngineInfo } from '../../../shared/experiment/engine-info'
import type { InputShape } from '../../../shared/experiment/family'
import {
  distance,
  expectedLanes,
  expectedSpeed,
  peakMemory,
  predict,
  totals,
  trainedImages,
  type Measured,
  type PartCounts,
  type Prediction,
} from '../../../shared/experiment/prediction'
import { modelCost } from '../../../shared/experiment/registry'
import type { DataSetRow } from '../datasets/data-sets'
import { inputShape } from '../datasets/data-sets'
import type { Lab } from '../lab'
import { MemoryShortfalls } from '../runs/memory-shortfalls'
import type { Run } from '../runs/runs'
import { validate } from './configure'

/** What an estimate needs to know of the engine that will train. */
export interface EngineFacts {
  readonly backend: BackendName
  readonly kind: 'cpu' | 'cuda'
  readonly threads: number
  /** Measured rate of float32 matrix products, GFLOP/s; null: not measured. */
  readonly gflops: number | null
  /** Of bfloat16 ones. */
  readonly bfloat16Gflops: number | null
}

/** A run with recorded epochs, and what it was asked to do. */
interface PastRun extends Measured {
  readonly run: Run
  readonly configuration: Configuration
  readonly dataSet: DataSetRow
}

/** How long the list of past runs is used before it is read again: estimates follow typing. Milliseconds. */
const FRESH_FOR = 10_000
/** Past runs that are looked through, the newest: older ones say less of the engine as it is. */
const MOST_RUNS = 200
/** What another mode than the one asked for counts, beside {@link distance}: as much as twice the work. */
const OTHER_MODE = Math.log(2)
/** Where a past run alone says how fast the engine is, its rate cancels out. GFLOP/s */
const ANY_RATE = 100

/** Expects what a run will take on this machine: from the engine's rate, corrected by the most similar run it made before. */
export class Estimator {
  readonly #lab: Lab
  readonly #describe: () => Promise<EngineFacts>
  readonly #now: () => number
  #past: readonly PastRun[] = []
  #readAt = -Infinity

  /** @param describe the engine as it is now */
  constructor(lab: Lab, describe: () => Promise<EngineFacts>, now = (): number => performance.now()) {
    this.#lab = lab
    this.#describe = describe
    this.#now = now
  }

  /** @throws LabError 'bad-input' when the model cannot be built for the data's images, 'not-found' without the data set */
  async estimate(given: Configuration, dataSetId: string): Promise<EstimateView> {
    const dataSet = this.#lab.dataSets.get(dataSetId)
    return this.estimateFor(given, inputShape(dataSet.manifest), counts(dataSet))
  }

  /** The same for data that need not be at hand. @throws LabError 'bad-input' when the model cannot be built for such images */
  async estimateFor(given: Configuration, input: InputShape, parts: PartCounts): Promise<EstimateView> {
    const configuration = validate(given, input)
    const { parameters, trainFlops, evalFlops } = modelCost(configuration.model, input)
    const engine = await this.#describe()
    const lanes = expectedLanes(configuration, input, parts.train, asEngine(engine))
    return {
      parameters,
      gflopPerImage: trainFlops / 1e9,
      gflopForward: evalFlops / 1e9,
      memoryBytes: new MemoryShortfalls(this.#lab.store.settings).corrected(
        configuration.model.family,
        peakMemory(configuration, input, parts.train, lanes),
      ),
      ...this.#time(configuration, { input, parts, lanes }, engine),
    }
  }

  #time(
    configuration: Configuration,
    { input, parts, lanes }: { input: InputShape; parts: PartCounts; lanes: number },
    engine: EngineFacts,
  ): TimeView {
    const rate = engine.backend === 'tensorflow' ? engine.gflops : null
    const gain = bfloat16Gain(engine) ?? undefined
    const lower = configuration.training.precision === 'bfloat16'
    const slower = lower && gain !== undefined && gain < 1 ? ' With float32 it is quicker on this processor.' : ''
    const prediction = predict(configuration, input, parts, rate ?? ANY_RATE, lanes, gain)
    const { epoch, run } = totals(prediction, configuration.training.epochs)
    const past = this.#mostSimilar(measured(configuration, input), configuration.training, engine)
    if (past) {
      const { factor, seconds } = this.#correction(past, rate ?? ANY_RATE, gain)
      const detail = `Scaled from run ${past.run.number} (${past.run.name}), which took ${formatDuration(seconds)} an epoch on this engine.${slower}`
      return { secondsPerEpoch: factor * epoch, secondsTotal: factor * run, basis: 'past runs', detail }
    }
    if (rate === null) {
      const unknown = { secondsPerEpoch: null, secondsTotal: null, basis: null }
      return {
        ...unknown,
        detail: 'This engine’s speed is not known yet: it is measured at its set-up and with the first run.',
      }
    }
    const images = trainedImages(configuration.training, parts.train)
    const work = modelCost(configuration.model, input).trainFlops * images
    const share = Math.round(100 * expectedSpeed(configuration, work, lanes, gain).share)
    const detail = `From the engine’s ${Math.round(rate)} GFLOP/s in matrix products, of which such a model should reach ${share} %, by what was measured on other machines. No run of this kind was made here yet.${slower}`
    return { secondsPerEpoch: epoch, secondsTotal: run, basis: 'measured rate', detail }
  }

  #mostSimilar(wanted: Measured, { mode, precision }: TrainingConfiguration, engine: EngineFacts): PastRun | null {
    let best: { past: PastRun; apart: number } | null = null
    for (const past of this.#pastRuns()) {
      const comparable = sameEngine(past.run, engine) && past.configuration.training.precision === precision
      const otherMode = mode !== 'auto' && past.run.engine?.mode !== mode
      const apart = comparable ? distance(past, wanted) + (otherMode ? OTHER_MODE : 0) : Infinity
      // Newest first, so of two alike the newer one counts.
      if (apart < (best?.apart ?? Infinity)) best = { past, apart }
    }
    return best?.past ?? null
  }

  /** How many times longer a run's median epoch took than predicted, its evaluation in it; and that epoch's seconds. */
  #correction(
    { run, configuration, dataSet }: PastRun,
    rate: number,
    gain: number | undefined,
  ): { factor: number; seconds: number } {
    const evaluated = new Map<number, number>()
    for (const { epoch, part, seconds } of this.#lab.store.evaluations.list(run.id))
      if (part !== 'train') evaluated.set(epoch, (evaluated.get(epoch) ?? 0) + seconds)
    const epochs = this.#lab.store.epochs.list(run.id)
    const seconds = median(epochs.map(({ epoch, trainSeconds }) => trainSeconds + (evaluated.get(epoch) ?? 0)))
    const lanes = run.engine?.lanes ?? 1
    const expected = predict(configuration, inputShape(dataSet.manifest), counts(dataSet), rate, lanes, gain)
    return { factor: seconds / timed(expected), seconds }
  }

  /** Runs that recorded epochs, newest first. */
  #pastRuns(): readonly PastRun[] {
    const now = this.#now()
    if (now - this.#readAt < FRESH_FOR) return this.#past
    const { store, dataSets } = this.#lab
    const experiment = once((id: number) => store.experiments.get(id).configuration)
    const data = once((id: string) => dataSets.get(id))
    this.#past = store.runs
      .list()
      .filter(({ epochs }) => epochs > 0)
      .slice(-MOST_RUNS)
      .reverse()
      .map((run) => {
        const [configuration, dataSet] = [experiment(run.experiment), data(run.dataSet)]
        return { run, configuration, dataSet, ...measured(configuration, inputShape(dataSet.manifest)) }
      })
    this.#readAt = now
    return this.#past
  }
}

type TimeView = Pick<EstimateView, 'secondsPerEpoch' | 'secondsTotal' | 'basis' | 'detail'>

const counts = ({ manifest: { parts } }: DataSetRow): PartCounts => ({
  train: parts.train.count,
  validation: parts.validation.count,
  test: parts.test.count,
})

const measured = ({ model, training }: Configuration, input: InputShape): Measured => ({
  family: model.family,
  trainFlops: modelCost(model, input).trainFlops,
  batch: training.batch,
})

/** What a run's record holds the time of: training and evaluation, without the author's pass. */
const timed = ({ trainEpoch, evaluateEpoch }: Prediction): number => trainEpoch + evaluateEpoch

/** As lanes are chosen by it. */
const asEngine = ({ backend, kind, threads }: EngineFacts): Pick<EngineInfo, 'backend' | 'device' | 'threads'> => ({
  backend,
  device: kind === 'cuda' ? 'GPU' : 'CPU',
  threads,
})

const sameEngine = ({ engine: past }: Run, { backend, kind, threads }: EngineFacts): boolean =>
  past !== null && past.backend === backend && (past.device !== 'CPU') === (kind === 'cuda') && past.threads === threads

/** Asks for each key once. */
function once<Key, Value>(ask: (key: Key) => Value): (key: Key) => Value {
  const known = new Map<Key, Value>()
  return (key) => {
    if (!known.has(key)) known.set(key, ask(key))
    return known.get(key)!
  }
}

/** Of at least one number; of an even count the higher of the two in the middle. */
function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!
}

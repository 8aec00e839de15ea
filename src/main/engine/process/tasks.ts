import { isDeepStrictEqual } from 'node:util'
import { LabError } from '../../../shared/errors'
import type { Configuration } from '../../../shared/experiment/configuration'
import { evaluationBatch } from '../../../shared/experiment/prediction'
import { checkModel } from '../../../shared/experiment/registry'
import { tf } from '../backends/tf'
import { xlaCache } from '../backends/xla-cache'
import { keptRecordings } from '../capture/kept-recordings'
import { openDataSet, type OpenDataSet } from '../data/open'
import type {
  EngineEvent,
  EngineInfo,
  EngineRequest,
  Evaluation,
  ExecutionMode,
  TrainRequest,
  TrainResult,
} from '../protocol'
import { type Checkpoint, readCheckpoint, readWeights } from '../training/checkpoint'
import { classify, evaluate } from '../training/evaluation'
import { type HaltSignal, yieldToMessages } from '../training/halt'
import type { Learner } from '../training/learner'
import { train as trainRun } from '../training/loop'
import { MESSAGE_INTERVAL, Throttle } from '../training/metrics-buffer'
import { startPosition } from '../training/position'
import type { EngineParts } from './parts'

/** Images classified at once when somebody asks for a few. */
const CLASSIFY_BATCH = 128

interface TaskContext {
  readonly halt: HaltSignal
  readonly emit: (event: EngineEvent) => void
}

/**
 * Opens the data set, builds the model, and hands both to `use`; whatever happens they are closed and freed.
 * @param mode the model runs in; eager if not given
 */
async function withModel<T>(
  parts: EngineParts,
  configuration: Configuration,
  folder: string,
  use: (learner: Learner, dataSet: OpenDataSet) => Promise<T>,
  { mode = 'eager', lanes = 1 }: { readonly mode?: ExecutionMode; readonly lanes?: number } = {},
): Promise<T> {
  const dataSet = openDataSet(folder)
  try {
    const breaks = checkModel(configuration.model, dataSet.input)
    if (breaks.length > 0)
      throw new LabError(
        'bad-input',
        `The model does not fit the data set ${dataSet.manifest.name}: ${breaks.map(({ rule }) => rule).join('; ')}.`,
      )
    const learner = parts.createLearner(configuration, dataSet.input, mode, lanes)
    try {
      return await use(learner, dataSet)
    } finally {
      learner.dispose()
    }
  } finally {
    dataSet.close()
  }
}

/** Trains, anew or from a checkpoint. @throws LabError when data set, checkpoint or configuration do not fit together. */
export function runTrain(
  parts: EngineParts,
  request: TrainRequest,
  context: TaskContext & { readonly engine: EngineInfo },
): Promise<TrainResult> {
  const { configuration, dataSetFolder, runFolder, resumeFrom } = request
  const checkpoint = resumeFrom === null ? null : readCheckpoint(resumeFrom)
  // Each mode gives its own last bits. Before there were modes, all was eager.
  const mode = checkpoint ? (checkpoint.state.engine.mode ?? 'eager') : request.mode
  const engine = { ...context.engine, mode }
  removeDamaged(mode, context.emit)
  const train = (learner: Learner, dataSet: OpenDataSet): Promise<TrainResult> => {
    if (checkpoint) resume(checkpoint, learner, dataSet, request, { ...context, engine })
    return trainRun({
      ...context,
      engine,
      configuration,
      dataSet,
      learner,
      folder: runFolder,
      from: { position: checkpoint?.state.position ?? startPosition, checkpoint: resumeFrom },
      tensors: () => tf.memory().numTensors,
    })
  }
  return withModel(parts, configuration, dataSetFolder, train, { mode, lanes: engine.lanes ?? 1 })
}

/** Removes what is damaged of what a training in this mode may take from an earlier start, and says so. */
export function removeDamaged(mode: ExecutionMode, emit: TaskContext['emit']): void {
  const recorded = mode === 'eager' ? 0 : (keptRecordings()?.check() ?? 0)
  const compiled = mode === 'xla' ? (xlaCache()?.check() ?? 0) : 0
  const damaged = recorded + compiled
  if (damaged > 0) emit({ kind: 'log', level: 'warning', message: damagedWords(damaged) })
}

const damagedWords = (count: number): string =>
  `${count === 1 ? 'A recorded or compiled step' : `${count} recorded or compiled steps`} in the engine’s cache had been damaged: removed, and made again.`

/** Loads a checkpoint into the learner. @throws LabError when it is of another configuration or other images */
function resume(
  { state, weights, moments }: Checkpoint,
  learner: Learner,
  dataSet: OpenDataSet,
  request: TrainRequest,
  context: TaskContext & { readonly engine: EngineInfo },
): void {
  if (!isDeepStrictEqual(state.configuration, request.configuration))
    throw new LabError(
      'bad-input',
      `The checkpoint ${request.resumeFrom} was trained with another configuration than this run has.`,
      'Resume it with its own configuration, or start a new run.',
    )
  if (state.dataSetHash !== dataSet.manifest.hash)
    throw new LabError(
      'bad-input',
      `The checkpoint ${request.resumeFrom} was trained on other images than the data set ${dataSet.manifest.name} has now.`,
      'Import the data set as it was, or start a new run.',
    )
  learner.importWeights(weights)
  learner.importOptimizer({ step: state.optimizerStep, tensors: moments })
  const before = { ...state.engine, mode: context.engine.mode }
  if (!isDeepStrictEqual(before, context.engine))
    context.emit({
      kind: 'log',
      level: 'warning',
      message: `Going on with another engine (${describeEngine(context.engine)}) than before (${describeEngine(state.engine)}): results may differ in the last digits from a run that was never stopped.`,
    })
}

const describeEngine = ({ backend, device, tensorflow, node, threads, lanes }: EngineInfo): string =>
  `${backend} ${tensorflow ?? ''} on ${device}, ${threads} threads${lanes ? ` with a micro-batch each` : ''}, Node ${node}`

/** Evaluates stored weights on one part, with all probabilities. @throws LabError when the part is empty or it was halted. */
export function runEvaluate(
  parts: EngineParts,
  request: Extract<EngineRequest, { kind: 'evaluate' }>,
  { halt, emit }: TaskContext,
): Promise<Evaluation> {
  const { configuration, dataSetFolder, part } = request
  return withModel(parts, configuration, dataSetFolder, async (learner, dataSet) => {
    const images = dataSet.manifest.parts[part].count
    if (images === 0)
      throw new LabError(
        'bad-input',
        `The data set ${dataSet.manifest.name} has no ${part} images.`,
        'Choose another part.',
      )
    learner.importWeights(readWeights(request.weights))
    const batch = evaluationBatch(configuration.training)
    const messages = new Throttle(MESSAGE_INTERVAL)
    const began = performance.now()
    const between = async (done: number): Promise<boolean> => {
      const now = performance.now()
      if (messages.pass(now))
        emit({
          kind: 'progress',
          phase: 'evaluating',
          epoch: 0,
          epochs: 0,
          batch: done,
          batches: Math.ceil(images / batch),
          imagesPerSecond: (Math.min(done * batch, images) * 1000) / (now - began),
          residentBytes: process.memoryUsage.rss(),
          tensors: tf.memory().numTensors,
        })
      await yieldToMessages()
      return halt.reason === null
    }
    const evaluation = await evaluate(learner, dataSet, part, { batch, probabilities: true, between })
    if (!evaluation) throw new LabError('cancelled', 'The evaluation was stopped.')
    return evaluation
  })
}

/** Class probabilities of raw images, float32 [n · K]. @throws LabError when the pixels are no whole number of images. */
export function runClassify(
  parts: EngineParts,
  request: Extract<EngineRequest, { kind: 'classify' }>,
): Promise<Float32Array> {
  const { configuration, dataSetFolder, images, weights } = request
  return withModel(parts, configuration, dataSetFolder, async (learner, dataSet) => {
    const { height, width, channels } = dataSet.input
    if (images.length === 0 || images.length % (height * width * channels) !== 0)
      throw new LabError('bad-input', `${images.length} bytes are not images of ${height} × ${width} × ${channels}.`)
    learner.importWeights(readWeights(weights))
    return classify(learner, dataSet, images, CLASSIFY_BATCH)
  })
}

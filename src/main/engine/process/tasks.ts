import { isDeepStrictEqual } from 'node:util'
import { LabError } from '../../../shared/errors'
import type { Configuration } from '../../../shared/experiment/configuration'
import { checkModel } from '../../../shared/experiment/registry'
import { tf } from '../backends/tf'
import { openDataSet, type OpenDataSet } from '../data/open'
import type { EngineEvent, EngineInfo, EngineRequest, Evaluation, TrainRequest, TrainResult } from '../protocol'
import { type CheckpointState, readCheckpoint, readWeights } from '../training/checkpoint'
import { classify, evaluate } from '../training/evaluation'
import { type HaltSignal, yieldToMessages } from '../training/halt'
import type { Learner } from '../training/learner'
import { train } from '../training/loop'
import { MESSAGE_INTERVAL, Throttle } from '../training/metrics-buffer'
import { startPosition } from '../training/position'
import type { EngineParts } from './parts'

/** Images classified at once when somebody asks for a few. */
const CLASSIFY_BATCH = 128

interface TaskContext {
  readonly halt: HaltSignal
  readonly emit: (event: EngineEvent) => void
}

/** Opens the data set, builds the model, and hands both to `use`; whatever happens they are closed and freed. */
async function withModel<T>(
  parts: EngineParts,
  configuration: Configuration,
  folder: string,
  use: (learner: Learner, dataSet: OpenDataSet) => Promise<T>,
): Promise<T> {
  const dataSet = openDataSet(folder)
  try {
    const breaks = checkModel(configuration.model, dataSet.input)
    if (breaks.length > 0)
      throw new LabError(
        'bad-input',
        `The model does not fit the data set ${dataSet.manifest.name}: ${breaks.map(({ rule }) => rule).join('; ')}.`,
      )
    const learner = parts.createLearner(configuration, dataSet.input)
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
  return withModel(parts, configuration, dataSetFolder, (learner, dataSet) => {
    const position = resumeFrom === null ? startPosition : resume(resumeFrom, learner, dataSet, request, context)
    return train({
      ...context,
      configuration,
      dataSet,
      learner,
      folder: runFolder,
      from: { position, checkpoint: resumeFrom },
      tensors: () => tf.memory().numTensors,
    })
  })
}

/** Loads a checkpoint into the learner. @returns where it goes on. */
function resume(
  file: string,
  learner: Learner,
  dataSet: OpenDataSet,
  request: TrainRequest,
  context: TaskContext & { readonly engine: EngineInfo },
): CheckpointState['position'] {
  const { state, weights, moments } = readCheckpoint(file)
  if (!isDeepStrictEqual(state.configuration, request.configuration))
    throw new LabError(
      'bad-input',
      `The checkpoint ${file} was trained with another configuration than this run has.`,
      'Resume it with its own configuration, or start a new run.',
    )
  if (state.dataSetHash !== dataSet.manifest.hash)
    throw new LabError(
      'bad-input',
      `The checkpoint ${file} was trained on other images than the data set ${dataSet.manifest.name} has now.`,
      'Import the data set as it was, or start a new run.',
    )
  learner.importWeights(weights)
  learner.importOptimizer({ step: state.optimizerStep, tensors: moments })
  if (!isDeepStrictEqual(state.engine, context.engine))
    context.emit({
      kind: 'log',
      level: 'warning',
      message: `Going on with another engine (${describeEngine(context.engine)}) than before (${describeEngine(state.engine)}): results may differ in the last digits from a run that was never stopped.`,
    })
  return state.position
}

const describeEngine = ({ backend, device, tensorflow, node, threads }: EngineInfo): string =>
  `${backend} ${tensorflow ?? ''} on ${device}, ${threads} threads, Node ${node}`

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
    const { batch } = configuration.training
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

/**
 * Golden vectors (tests/vectors/README.md): trains a model exactly as a file says and compares every number it holds.
 */
import { z } from 'zod'
import { LabError } from '../../../shared/errors'
import type { Configuration } from '../../../shared/experiment/configuration'
import type { InputShape } from '../../../shared/experiment/family'
import { learningRate } from '../../../shared/experiment/schedule'
import { type Tensor, type Tensor1D, type Tensor4D, tf } from '../backends/tf'
import { buildModel, graphOptions } from '../models/registry'
import type { Model } from '../models/model'
import type { ExecutionMode, VectorGroup } from '../protocol'
import { GraphLearner } from './graph-learner'
import type { NamedTensor, SegmentResult } from './learner'
import { ModelLearner, type SegmentTrace } from './model-learner'
import { readSafetensors } from './safetensors'
import { Comparison } from './vectors-comparison'

const count = z.coerce.number().pipe(z.int().min(1))
const common = {
  imageSize: count,
  channels: count,
  classes: count,
  batch: count,
  batches: count,
  epochs: count,
  batchesPerEpoch: count,
  learningRate: z.coerce.number().positive(),
  weightDecay: z.coerce.number().min(0),
  clipNorm: z.coerce.number().positive(),
  labelSmoothing: z.coerce.number().min(0).default(0),
  schedule: z.string(),
  warmupEpochs: z.coerce.number().min(0).default(1),
  floor: z.coerce.number().min(0).default(0.2),
  width: count,
}
const metadataSchema = z.discriminatedUnion('model', [
  z.object({
    model: z.literal('hrm'),
    ...common,
    patch: count,
    heads: count,
    layersPerModule: count,
    highCycles: count,
    lowSteps: count,
    segmentsTrain: count,
    segmentsEval: count,
  }),
  z.object({ model: z.literal('cnn'), ...common }),
])
type Metadata = z.infer<typeof metadataSchema>

const schedules: Record<string, Pick<Configuration['training']['schedule'], 'shape' | 'counts'>> = {
  'cosine as published': { shape: 'cosine', counts: 'published' },
  'cosine per batch': { shape: 'cosine', counts: 'batch' },
  'warmup-cosine-floor as published': { shape: 'warmup-cosine-floor', counts: 'published' },
  'warmup-cosine-floor per batch': { shape: 'warmup-cosine-floor', counts: 'batch' },
}

/**
 * Compares this program with a file of golden vectors.
 * @param mode how its steps are run
 * @param lanes see createLearner
 * @returns for each kind of tensor the worst error; it fails where `worst` exceeds `tolerance`
 * @throws LabError when the file is missing, damaged, or not such a file
 */
export function verifyVectors(file: string, mode: ExecutionMode, lanes = 1): VectorGroup[] {
  const { metadata: raw, tensors } = readSafetensors(file)
  const refuse = (reason: string): LabError =>
    new LabError(
      'bad-input',
      `${file} holds no golden vectors: ${reason}.`,
      'See tests/vectors/README.md for the format.',
    )
  const metadata = readMetadata(raw, refuse)
  const { configuration, input } = configure(metadata, refuse)
  const model = buildModel(configuration.model, input)
  const learner =
    mode === 'eager'
      ? new ModelLearner(model, configuration.training, input.classes)
      : new GraphLearner(model, configuration.training, input, graphOptions(configuration.model, mode, lanes))
  try {
    const comparison = new Comparison(tensors, metadata.learningRate)
    new Replay(model, learner, configuration.training, metadata, comparison, refuse).run()
    return comparison.groups()
  } finally {
    learner.dispose()
  }
}

function readMetadata(raw: Readonly<Record<string, string>>, refuse: (reason: string) => LabError): Metadata {
  const parsed = metadataSchema.safeParse(raw)
  if (parsed.success) return parsed.data
  throw refuse(parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '))
}

function configure(
  metadata: Metadata,
  refuse: (reason: string) => LabError,
): { configuration: Configuration; input: InputShape } {
  const { imageSize, channels, classes, schedule: name } = metadata
  const schedule = schedules[name]
  if (!schedule) throw refuse(`the schedule “${name}” is not known (${Object.keys(schedules).join(', ')})`)
  const { epochs, batch, weightDecay, clipNorm, labelSmoothing, warmupEpochs, floor, width } = metadata
  const training: Configuration['training'] = {
    epochs,
    batch,
    learningRate: metadata.learningRate,
    weightDecay,
    clipNorm,
    labelSmoothing,
    schedule: { ...schedule, warmupEpochs, floor },
    seed: 0,
    trainLimit: null,
    finalTrainEvaluation: false,
    authorMetrics: false,
    mode: 'eager',
    precision: 'float32',
  }
  const model: Configuration['model'] =
    metadata.model === 'cnn'
      ? { family: 'cnn', width, dropout: 0 }
      : {
          family: 'hrm',
          patch: metadata.patch,
          width,
          heads: metadata.heads,
          layersPerModule: metadata.layersPerModule,
          highCycles: metadata.highCycles,
          lowSteps: metadata.lowSteps,
          segmentsTrain: metadata.segmentsTrain,
          segmentsEval: metadata.segmentsEval,
          act: false,
        }
  return {
    configuration: { version: 1, preset: null, model, training },
    input: { height: imageSize, width: imageSize, channels, classes },
  }
}

/** Either learner: both show what they compute on the way. */
type ObservableLearner = ModelLearner | GraphLearner

/** Goes through a file's batches as its author's program did. */
class Replay {
  readonly #model: Model
  readonly #learner: ObservableLearner
  readonly #training: Configuration['training']
  readonly #metadata: Metadata
  readonly #comparison: Comparison
  readonly #refuse: (reason: string) => LabError

  constructor(
    model: Model,
    learner: ObservableLearner,
    training: Configuration['training'],
    metadata: Metadata,
    comparison: Comparison,
    refuse: (reason: string) => LabError,
  ) {
    this.#model = model
    this.#learner = learner
    this.#training = training
    this.#metadata = metadata
    this.#comparison = comparison
    this.#refuse = refuse
  }

  run(): void {
    this.#learner.importWeights([...this.#comparison.take('init.'), ...this.#comparison.take('z0.', 'z0.')])
    const images = this.#need('images')
    const labels = this.#need('labels')
    for (let batch = 0; batch < this.#metadata.batches; batch++) this.#train(batch, images, labels)
    this.#comparison.compareAll('final.', this.#learner.exportWeights(), 'parameters')
    this.#evaluate(images)
  }

  #need(name: string): NamedTensor {
    const [found] = this.#comparison.take(name, name)
    if (!found) throw this.#refuse(`it has no tensor ${name}`)
    const { imageSize, channels, batches } = this.#metadata
    const size = batches * this.#metadata.batch * (name === 'images' ? imageSize * imageSize * channels : 1)
    if (found.data.length !== size) throw this.#refuse(`${name} has not the size its metadata say`)
    return found
  }

  /** Batch `index` of `images` as a tensor, which the caller frees. */
  #images({ data }: NamedTensor, index: number): Tensor4D {
    const { imageSize, channels } = this.#metadata
    const size = this.#metadata.batch * imageSize * imageSize * channels
    return tf.tensor4d(data.slice(index * size, (index + 1) * size), [
      this.#metadata.batch,
      imageSize,
      imageSize,
      channels,
    ])
  }

  #train(batch: number, allImages: NamedTensor, allLabels: NamedTensor): void {
    const images = this.#images(allImages, batch)
    const own = allLabels.data.slice(batch * this.#metadata.batch, (batch + 1) * this.#metadata.batch)
    const labels = tf.tensor1d(Int32Array.from(own), 'int32')
    const run = { batchesPerEpoch: this.#metadata.batchesPerEpoch, stepsPerBatch: this.#learner.stepsPerBatch }
    const rate = (segment: number): number => learningRate(this.#training, run, batch, segment)
    const results = this.#learner.trainSegments(images, labels, rate, (segment, trace) =>
      this.#trace(this.#prefix(batch, segment), trace),
    )
    let segment = 0
    for (const result of results) {
      this.#result(this.#prefix(batch, segment), result)
      this.#after(batch, segment++)
    }
    tf.dispose([images, labels])
  }

  /** `batch0.segment1.`, or `batch0.` for a model without segments. */
  #prefix(batch: number, segment: number): string {
    return this.#metadata.model === 'cnn' ? `batch${batch}.` : `batch${batch}.segment${segment}.`
  }

  #after(batch: number, segment: number): void {
    const prefix = `${this.#prefix(batch, segment)}after.`
    if (this.#comparison.has(prefix)) this.#comparison.compareAll(prefix, this.#learner.exportWeights(), 'parameters')
  }

  #trace(prefix: string, { logits, carry, gradient }: SegmentTrace): void {
    this.#comparison.compare(`${prefix}logits`, numbers(logits), 'logits')
    for (const [name, state] of Object.entries(carry))
      this.#comparison.compare(`${prefix}z.${name}`, numbers(state), 'states')
    if (gradient && this.#comparison.has(`${prefix}grad.`))
      this.#comparison.compareAll(`${prefix}grad.`, this.#model.parameters.toExport(numbers(gradient)), 'gradients')
  }

  #result(prefix: string, { loss, gradientNorm }: SegmentResult): void {
    this.#comparison.compare(`${prefix}loss`, [loss], 'losses')
    this.#comparison.compare(`${prefix}grad_norm`, [gradientNorm], 'gradient norms')
  }

  #evaluate(allImages: NamedTensor): void {
    const images = this.#images(allImages, 0)
    this.#learner.predictBatch(images, null, (segment, { logits }) => {
      const name = this.#metadata.model === 'cnn' ? 'eval.logits' : `eval.segment${segment}.logits`
      this.#comparison.compare(name, numbers(logits), 'evaluation')
    })
    images.dispose()
  }
}

const numbers = (tensor: Tensor | Tensor1D): Float32Array => tensor.dataSync<'float32'>()

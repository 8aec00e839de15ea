import type { Configuration, TrainingConfiguration } from './configuration'
import type { InputShape } from './family'
import type { ModelConfiguration } from './registry'

/** A named starting point: configuration, the images it is made for, and the data set's usual name. */
export interface Preset {
  readonly name: string
  readonly title: string
  /** Name of the public data set it runs on; null: any. */
  readonly data: 'mnist' | 'cifar10' | 'cifar100' | null
  readonly input: InputShape
  readonly model: ModelConfiguration
  readonly training: TrainingConfiguration
  /** Trainable numbers, exact; a model that has others is not this model. */
  readonly parameters: number
  /** A record of the paper's own run is in resources/paper. */
  readonly published: boolean
}

const mnist: InputShape = { height: 28, width: 28, channels: 1, classes: 10 }
const cifar10: InputShape = { height: 32, width: 32, channels: 3, classes: 10 }
const cifar100: InputShape = { height: 32, width: 32, channels: 3, classes: 100 }

/** MNIST regime of the paper: cosine to 0, no warm-up, no smoothing. */
const mnistRegime: TrainingConfiguration = {
  epochs: 3,
  batch: 128,
  learningRate: 1e-3,
  weightDecay: 1e-4,
  clipNorm: 1,
  labelSmoothing: 0,
  schedule: { shape: 'cosine', counts: 'published', warmupEpochs: 0, floor: 0 },
  seed: 42,
  trainLimit: null,
  finalTrainEvaluation: false,
  authorMetrics: false,
  mode: 'auto',
  precision: 'float32',
}

/** CIFAR regime of the paper: one epoch of warm-up, cosine towards a fifth, smoothing 0.05. */
const cifarRegime: TrainingConfiguration = {
  ...mnistRegime,
  epochs: 25,
  learningRate: 3e-4,
  weightDecay: 5e-4,
  labelSmoothing: 0.05,
  schedule: { shape: 'warmup-cosine-floor', counts: 'published', warmupEpochs: 1, floor: 0.2 },
}

const hrmMnist: ModelConfiguration = {
  family: 'hrm',
  patch: 4,
  width: 128,
  heads: 4,
  layersPerModule: 2,
  highCycles: 2,
  lowSteps: 3,
  segmentsTrain: 2,
  segmentsEval: 2,
  act: false,
}
const hrmCifar: ModelConfiguration = { ...hrmMnist, width: 192, heads: 6, layersPerModule: 3, segmentsEval: 3 }
const cnn: ModelConfiguration = { family: 'cnn', width: 64, dropout: 0 }
/** Small enough for a test on plain JavaScript. */
const tiny: InputShape = { height: 8, width: 8, channels: 1, classes: 4 }

export const presets: readonly Preset[] = [
  {
    name: 'hrm-mnist',
    title: 'The paper’s HRM on MNIST: 98.0 % test after 3 epochs',
    data: 'mnist',
    input: mnist,
    model: hrmMnist,
    training: mnistRegime,
    parameters: 1_053_056,
    published: true,
  },
  {
    name: 'hrm-cifar10',
    title: 'The paper’s HRM on CIFAR-10: 65.0 % test after 25 epochs',
    data: 'cifar10',
    input: cifar10,
    model: hrmCifar,
    training: { ...cifarRegime, seed: 1234 },
    parameters: 3_552_576,
    published: true,
  },
  {
    name: 'hrm-cifar100',
    title: 'The paper’s HRM on CIFAR-100: 29.7 % test after 25 epochs',
    data: 'cifar100',
    input: cifar100,
    model: hrmCifar,
    training: { ...cifarRegime, seed: 2468 },
    parameters: 3_569_856,
    published: true,
  },
  {
    name: 'cnn-cifar10',
    title: 'The paper’s CNN on CIFAR-10: 77.2 % test after 25 epochs',
    data: 'cifar10',
    input: cifar10,
    model: cnn,
    training: { ...cifarRegime, seed: 2025 },
    parameters: 261_824,
    published: true,
  },
  {
    name: 'cnn-cifar100',
    title: 'The paper’s CNN on CIFAR-100: 45.3 % test after 25 epochs',
    data: 'cifar100',
    input: cifar100,
    model: cnn,
    training: { ...cifarRegime, seed: 2026 },
    parameters: 273_344,
    published: true,
  },
  {
    name: 'cnn-mnist',
    title: 'The same CNN with one channel, in the MNIST regime (nothing published)',
    data: 'mnist',
    input: mnist,
    model: cnn,
    training: mnistRegime,
    parameters: 260_672,
    published: false,
  },
  {
    name: 'hrm-stem-cifar10',
    title: 'HRM behind a convolution stem, on CIFAR-10: the first variant past the paper',
    data: 'cifar10',
    input: cifar10,
    model: {
      family: 'hrm-stem',
      stemWidth: 64,
      ropeBase: 100,
      width: 128,
      heads: 4,
      layersPerModule: 1,
      highCycles: 2,
      lowSteps: 2,
      segmentsTrain: 2,
      segmentsEval: 3,
      act: false,
    },
    training: {
      ...cifarRegime,
      learningRate: 1e-3,
      weightDecay: 0.05,
      schedule: { ...cifarRegime.schedule, counts: 'batch' },
      seed: 1234,
    },
    parameters: 610_240,
    published: false,
  },
  {
    name: 'testing-hrm',
    title: 'A tiny HRM for tests (8 × 8 gray images, 4 classes)',
    data: null,
    input: tiny,
    model: { ...hrmMnist, width: 16, heads: 2, layersPerModule: 1, lowSteps: 2 } as ModelConfiguration,
    training: { ...mnistRegime, epochs: 2, batch: 16 },
    parameters: 8_592,
    published: false,
  },
  {
    name: 'testing-hrm-stem',
    title: 'A tiny HRM with a convolution stem for tests (8 × 8 gray images, 4 classes)',
    data: null,
    input: tiny,
    model: {
      family: 'hrm-stem',
      stemWidth: 4,
      ropeBase: 100,
      width: 16,
      heads: 2,
      layersPerModule: 1,
      highCycles: 2,
      lowSteps: 2,
      segmentsTrain: 2,
      segmentsEval: 3,
      act: false,
    },
    training: { ...mnistRegime, epochs: 2, batch: 16 },
    parameters: 9_052,
    published: false,
  },
  {
    name: 'testing-cnn',
    title: 'A tiny CNN for tests (8 × 8 gray images, 4 classes)',
    data: null,
    input: tiny,
    model: { family: 'cnn', width: 4, dropout: 0 },
    training: { ...mnistRegime, epochs: 2, batch: 16 },
    parameters: 1_124,
    published: false,
  },
]

/** The preset's configuration, ready to be changed. */
export const presetConfiguration = (preset: Preset): Configuration => ({
  version: 1,
  preset: preset.name,
  model: structuredClone(preset.model),
  training: structuredClone(preset.training),
})

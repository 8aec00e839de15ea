import type { TrainingConfiguration } from './configuration'
import type { FieldNotes } from './field'

const warmUp = { path: 'training.schedule.shape', equals: 'warmup-cosine-floor' } as const

/** What a person must know of the training's fields. Values: arXiv 2510.03598, "Regime". */
export const trainingNotes: FieldNotes<TrainingConfiguration> = {
  epochs: {
    label: 'Epochs',
    group: 'Training',
    help: 'How often every training image is seen.',
    reason: '3 on MNIST and 25 on CIFAR in the paper.',
  },
  batch: {
    label: 'Batch',
    unit: 'images',
    group: 'Training',
    step: 'double',
    help: 'Images for each optimizer step. Memory grows with it.',
    reason: '128 in the paper.',
  },
  learningRate: {
    label: 'Learning rate',
    group: 'Training',
    step: '1-2-5',
    help: 'Largest step size of AdamW; the schedule lowers it.',
    reason:
      '0.001 on MNIST and 0.0003 on CIFAR in the paper. The stem variant has its own; nothing is published for it.',
  },
  weightDecay: {
    label: 'Weight decay',
    group: 'Regularisation',
    step: '1-2-5',
    help: 'Each step pulls every parameter towards 0 by rate × decay (decoupled, AdamW).',
    reason: '0.0001 on MNIST and 0.0005 on CIFAR in the paper.',
  },
  clipNorm: {
    label: 'Gradient clipping',
    group: 'Regularisation',
    advanced: true,
    step: '1-2-5',
    help: 'A gradient whose global norm is larger is scaled down to it.',
    reason: '1 in the paper.',
  },
  labelSmoothing: {
    label: 'Label smoothing',
    group: 'Regularisation',
    step: 0.05,
    help: 'Share of the target that is spread evenly over all classes.',
    reason: '0 on MNIST and 0.05 on CIFAR in the paper.',
  },
  schedule: {
    shape: {
      label: 'Schedule',
      group: 'Training',
      help: 'How the learning rate changes over the run.',
      reason: 'In the paper a cosine to 0 on MNIST; on CIFAR a warm-up of one epoch, then a cosine towards a fifth.',
      choices: { cosine: 'cosine to 0', 'warmup-cosine-floor': 'warm-up, cosine to a floor' },
    },
    counts: {
      label: 'Schedule counts',
      group: 'Training',
      advanced: true,
      help: 'Optimizer steps, or batches. An HRM steps M times a batch, so counted in steps the rate reaches its end M times sooner than the epochs do.',
      reason: 'Steps in the author’s code, so in every published run.',
      choices: { published: 'optimizer steps, as published', batch: 'batches, to the run’s end' },
    },
    warmupEpochs: {
      label: 'Warm-up',
      unit: 'epochs',
      group: 'Training',
      advanced: true,
      step: 0.5,
      when: warmUp,
      help: 'The rate rises evenly from 0 over so many epochs.',
      reason: '1 on CIFAR in the paper.',
    },
    floor: {
      label: 'Floor',
      group: 'Training',
      advanced: true,
      step: 0.05,
      when: warmUp,
      help: 'Share of the learning rate that the cosine ends at.',
      reason: '0.2 on CIFAR in the paper.',
    },
  },
  seed: {
    label: 'Seeds',
    group: 'Seeds',
    list: true,
    help: 'A seed fixes weights, templates, order and dropout. One run for each: “1, 2, 3” or “5 seeds from 42”.',
    reason: 'Those of the published runs. Several seeds show how much of a difference is chance.',
  },
  trainLimit: {
    label: 'Training images',
    unit: 'images',
    group: 'Training',
    advanced: true,
    step: 'double',
    empty: 'all',
    help: 'Train on so many images only, chosen by the seed. Empty: all.',
    reason: 'Empty: the published runs use every image. A limit is for short tries.',
  },
  finalTrainEvaluation: {
    label: 'Final train evaluation',
    group: 'Evaluation',
    advanced: true,
    help: 'After the last epoch the training images are evaluated too.',
    reason: 'Off: it takes one more pass, and the train accuracy is measured in passing.',
  },
  authorMetrics: {
    label: 'Author’s extra pass',
    group: 'Evaluation',
    advanced: true,
    help: 'Measures each batch again after its update, as the author’s HRM code on CIFAR does for its train accuracy.',
    reason: 'Off: it makes every epoch longer and changes nothing that is learned.',
  },
  mode: {
    label: 'Mode',
    group: 'Training',
    advanced: true,
    choices: { auto: 'fastest here', eager: 'operation by operation', graph: 'one graph', xla: 'compiled by XLA' },
    help: 'How a step reaches TensorFlow. The modes compute the same within rounding; each gives the same bits again.',
    reason: 'The fastest, by a short measurement on this machine; short runs are not worth compiling.',
  },
}

import type { FieldNotes } from '../field'
import type { Recurrent } from './hrm'

/** What a person must know of the fields that every HRM has. Symbols and values: arXiv 2510.03598, "HRM classifier". */
export const recurrentNotes: FieldNotes<Recurrent> = {
  width: {
    label: 'Width',
    symbol: 'D',
    group: 'Model',
    step: 16,
    help: 'How many numbers each token carries through both modules.',
    reason: '128 on MNIST and 192 on CIFAR in the paper. Parameters and time grow with its square.',
  },
  heads: {
    label: 'Attention heads',
    symbol: 'h',
    group: 'Model',
    help: 'Each head attends with width / heads numbers: heads must divide the width, and each share must be even.',
    reason: '4 on MNIST and 6 on CIFAR in the paper: 32 numbers a head in both.',
  },
  layersPerModule: {
    label: 'Blocks per module',
    group: 'Model',
    help: 'Transformer blocks stacked in the low and in the high module.',
    reason: '2 on MNIST and 3 on CIFAR in the paper.',
  },
  highCycles: {
    label: 'High cycles',
    symbol: 'N',
    group: 'Model',
    help: 'How often the high module runs in a segment.',
    reason: '2 in the paper.',
  },
  lowSteps: {
    label: 'Low steps',
    symbol: 'T',
    group: 'Model',
    help: 'Steps of the low module in each high cycle: N × T in a segment. Only the last has a gradient, so more steps cost time, not memory.',
    reason: '3 in the paper.',
  },
  segmentsTrain: {
    label: 'Training segments',
    symbol: 'M',
    group: 'Model',
    help: 'Each batch passes so many segments. After each, the loss is taken and the optimizer steps; the state goes on without gradient.',
    reason: '2 in the paper (deep supervision). Time grows with it.',
  },
  segmentsEval: {
    label: 'Evaluation segments',
    symbol: 'M',
    group: 'Evaluation',
    help: 'Segments before an image’s answer is taken.',
    reason: 'In the paper as many as in training on MNIST, one more on CIFAR.',
  },
  act: {
    label: 'Halting (ACT)',
    group: 'Model',
    advanced: true,
    help: 'Adaptive computation time: two more outputs say halt or go on; an image that halts keeps its answer.',
    reason: 'Off in the paper.',
  },
}

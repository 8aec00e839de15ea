import type { DataSetManifest } from '../../../shared/data/dataset'

/** The paper's figures of one of its runs: numbers of the loss per step and of the grid of misclassified images. */
export interface PaperFigures {
  readonly preset: string
  readonly loss: number
  readonly misclassified: number
}

/** The paper's ten figures (arXiv 2510.03598; from the sixth on inferred from the order of the first). */
export const paperFigures: readonly PaperFigures[] = [
  { preset: 'hrm-mnist', loss: 1, misclassified: 2 },
  { preset: 'hrm-cifar10', loss: 3, misclassified: 4 },
  { preset: 'cnn-cifar10', loss: 5, misclassified: 6 },
  { preset: 'hrm-cifar100', loss: 7, misclassified: 8 },
  { preset: 'cnn-cifar100', loss: 9, misclassified: 10 },
]

/** Its three tables, HRM beside CNN by data set (inferred). Of a CNN on MNIST nothing is published. */
export const paperTables: readonly {
  readonly number: number
  readonly data: NonNullable<DataSetManifest['known']>
  readonly presets: readonly string[]
}[] = [
  { number: 1, data: 'mnist', presets: ['hrm-mnist', 'cnn-mnist'] },
  { number: 2, data: 'cifar10', presets: ['hrm-cifar10', 'cnn-cifar10'] },
  { number: 3, data: 'cifar100', presets: ['hrm-cifar100', 'cnn-cifar100'] },
]

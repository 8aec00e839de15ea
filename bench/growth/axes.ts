import { availableParallelism } from 'node:os'

/** One training that is measured. */
export interface Point {
  /** On the axis. */
  readonly value: number
  /** What differs from the preset, as `path=value`. */
  readonly settings: readonly string[]
  readonly classes?: number
  readonly threads?: number
}

/** A quantity that grows while the rest of a preset stays. */
export interface Axis {
  readonly name: string
  readonly preset: string
  readonly points: readonly Point[]
}

const setting = (preset: string, name: string, path: string, values: readonly number[]): Axis => ({
  name,
  preset,
  points: values.map((value) => ({ value, settings: [`${path}=${value}`] })),
})

/** Tokens of hrm-cifar10 by the side of its patches. */
const tokens: Axis = {
  name: 'tokens',
  preset: 'hrm-cifar10',
  points: [16, 8, 4].map((patch) => ({ value: 1 + (32 / patch) ** 2, settings: [`model.patch=${patch}`] })),
}

const classes = (preset: string): Axis => ({
  name: 'classes',
  preset,
  points: [2, 10, 100, 1000].map((value) => ({ value, settings: [], classes: value })),
})

const threads = (preset: string): Axis => ({
  name: 'threads',
  preset,
  points: Array.from({ length: Math.ceil(Math.log2(availableParallelism())) + 1 }, (_, i) => {
    const value = Math.min(2 ** i, availableParallelism())
    return { value, settings: [], threads: value }
  }),
})

/** All axes. Symbols N, T, M as in the paper. */
export const axes = (): readonly Axis[] => [
  setting('hrm-mnist', 'batch', 'training.batch', [8, 16, 32, 64, 128, 256]),
  setting('hrm-mnist', 'width', 'model.width', [32, 64, 128, 192, 256]),
  tokens,
  setting('hrm-mnist', 'layers', 'model.layersPerModule', [1, 2, 4]),
  setting('hrm-mnist', 'N', 'model.highCycles', [1, 2, 4]),
  setting('hrm-mnist', 'T', 'model.lowSteps', [1, 2, 4]),
  setting('hrm-mnist', 'M', 'model.segmentsTrain', [1, 2, 4]),
  classes('hrm-mnist'),
  threads('hrm-mnist'),
  setting('cnn-cifar10', 'batch', 'training.batch', [8, 32, 128, 256]),
  classes('cnn-cifar10'),
  threads('cnn-cifar10'),
]

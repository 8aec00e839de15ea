/** Steps as columns (struct of arrays), one entry per optimizer step: how the engine sends them and the store keeps them. */
export interface StepColumns {
  /** First step's number in these columns (0-based count of optimizer steps in the run). */
  readonly firstStep: number
  readonly batch: Uint32Array
  readonly epoch: Uint32Array
  readonly segment: Uint8Array
  /** Seconds of training time since the run began, pauses and downtime excluded. */
  readonly seconds: Float64Array
  /** Unix milliseconds. */
  readonly wallTime: Float64Array
  readonly loss: Float32Array
  readonly learningRate: Float32Array
  readonly gradientNorm: Float32Array
  /** Share of the batch's images right in this segment's forward. */
  readonly accuracy: Float32Array
  /** Author's extra pass, once per batch (on its last segment), NaN elsewhere or when off; loss with the run’s label smoothing. */
  readonly authorLoss: Float32Array
  readonly authorAccuracy: Float32Array
}

/** Each column's array type. The order is the stored one: append only, never reorder. */
export const stepColumnTypes = {
  batch: Uint32Array,
  epoch: Uint32Array,
  segment: Uint8Array,
  seconds: Float64Array,
  wallTime: Float64Array,
  loss: Float32Array,
  learningRate: Float32Array,
  gradientNorm: Float32Array,
  accuracy: Float32Array,
  authorLoss: Float32Array,
  authorAccuracy: Float32Array,
} as const

export type StepColumnName = keyof typeof stepColumnTypes
/** The array of one column. */
export type StepColumn<Name extends StepColumnName = StepColumnName> = StepColumns[Name]

/** Every column's name, in stored order. */
export const stepColumnNames = Object.keys(stepColumnTypes) as readonly StepColumnName[]

/** Builds columns by calling `make` once per column. */
export function makeSteps(firstStep: number, make: (name: StepColumnName) => StepColumn): StepColumns {
  const columns = Object.fromEntries(stepColumnNames.map((name) => [name, make(name)]))
  return { firstStep, ...columns } as unknown as StepColumns
}

/** How many steps the columns hold. @throws RangeError when they are of different lengths. */
export function stepCount(steps: StepColumns): number {
  const count = steps.loss.length
  for (const name of stepColumnNames) {
    if (steps[name].length !== count) {
      throw new RangeError(`Step columns differ in length: loss has ${count}, ${name} ${steps[name].length}.`)
    }
  }
  return count
}

/** Steps `from` (inclusive) to `to` (exclusive), counted inside `steps`; views, not copies. */
export const sliceSteps = (steps: StepColumns, from: number, to: number): StepColumns =>
  makeSteps(steps.firstStep + from, (name) => steps[name].subarray(from, to))

/**
 * Blocks that follow one another, as one.
 * @throws RangeError when there is none, or a block does not begin where the one before it ended.
 */
export function joinSteps(blocks: readonly StepColumns[]): StepColumns {
  const first = blocks[0]
  if (!first) throw new RangeError('No step blocks to join.')
  if (blocks.length === 1) return first
  let next = first.firstStep
  for (const block of blocks) {
    if (block.firstStep !== next) throw new RangeError(`A step block begins at ${block.firstStep}, not at ${next}.`)
    next += stepCount(block)
  }
  const total = next - first.firstStep
  return makeSteps(first.firstStep, (name) => {
    const joined = new stepColumnTypes[name](total)
    let offset = 0
    for (const block of blocks) {
      joined.set(block[name], offset)
      offset += block[name].length
    }
    return joined
  })
}

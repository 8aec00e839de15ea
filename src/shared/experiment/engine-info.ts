import { z } from 'zod'

/** tensorflow: native, through the provisioned binding. cpu: plain JavaScript, only when asked for. */
export const backendNames = ['tensorflow', 'cpu'] as const
export type BackendName = (typeof backendNames)[number]

/**
 * How a training step reaches TensorFlow: eager, operation by operation; graph, all segments of a batch as one call; xla,
 * that call compiled as a whole.
 */
export const executionModes = ['eager', 'graph', 'xla'] as const
export type ExecutionMode = (typeof executionModes)[number]
const modeWords: Readonly<Record<ExecutionMode, string>> = {
  eager: 'operation by operation',
  graph: 'as one graph',
  xla: 'compiled by XLA',
}
/** What a person may choose. */
export const modeChoices = ['auto', ...executionModes] as const

/** Numbers of matrix products and convolutions: bfloat16 has float32's range and 8 of its 24 bits, and takes half the time on processors made for it. */
export const precisions = ['float32', 'bfloat16'] as const
export type Precision = (typeof precisions)[number]

export const engineInfoSchema = z.object({
  backend: z.enum(backendNames),
  /** 'CPU', or the GPU's name as TensorFlow reports it. */
  device: z.string(),
  tensorflow: z.string().nullable(),
  tfjs: z.string(),
  node: z.string(),
  threads: z.number(),
  /** Micro-batches that the threads compute side by side (lanes.ts); left out: threads share each operation. */
  lanes: z.int().min(2).optional(),
  /** Of a run: how its steps are run. */
  mode: z.enum(executionModes).optional(),
  /** Of a run: the numbers of its products; what was stored before there was a choice is float32. */
  precision: z.enum(precisions).optional(),
})
/** What the engine says it runs on, recorded with each run. */
export type EngineInfo = Readonly<z.infer<typeof engineInfoSchema>>

/** How a run's steps are run, as one says it; runs from before there was a choice were run eagerly. */
export const executionWords = ({ mode = 'eager', lanes }: Pick<EngineInfo, 'mode' | 'lanes'>): string =>
  modeWords[mode] + (lanes ? `, ${lanes} micro-batches side by side` : '')

/** Rates of an engine's matrix products, GFLOP/s; null: not measured. */
export interface ProductRates {
  readonly gflops: number | null
  readonly bfloat16Gflops: number | null
}

/** How many times as fast as float32 products bfloat16 ones are; null where it was not measured. */
export const bfloat16Gain = ({ gflops, bfloat16Gflops }: ProductRates): number | null =>
  gflops !== null && bfloat16Gflops !== null ? bfloat16Gflops / gflops : null

/** The same in words that follow what can be done with them; nothing where it was not measured. */
export function bfloat16Words(rates: ProductRates): string {
  const gain = bfloat16Gain(rates)
  if (gain === null) return ''
  return gain < 1
    ? `: slower than float32 here, by ${Math.round(100 * (1 - gain))} % in its products`
    : `: its products are ${gain.toFixed(1)} times as fast as float32 ones here`
}

/** How long a model's batch took in each mode. */
export const modeMeasurementSchema = z.object({
  family: z.string(),
  parameters: z.number(),
  device: z.string(),
  threads: z.number(),
  /** Of the batch that was timed. */
  images: z.number(),
  milliseconds: z.partialRecord(z.enum(executionModes), z.number()),
  /** When, in ISO 8601. */
  at: z.string(),
})
export type ModeMeasurement = Readonly<z.infer<typeof modeMeasurementSchema>>

/** The mode with the shortest batch; null where nothing was measured. */
export const fastestOf = ({ milliseconds }: Pick<ModeMeasurement, 'milliseconds'>): ExecutionMode | null =>
  executionModes
    .filter((mode) => milliseconds[mode] !== undefined)
    .sort((a, b) => milliseconds[a]! - milliseconds[b]!)[0] ?? null

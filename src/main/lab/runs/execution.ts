import type { Configuration } from '../../../shared/experiment/configuration'
import {
  type EngineInfo,
  type ExecutionMode,
  fastestOf,
  type ModeMeasurement,
} from '../../../shared/experiment/engine-info'
import type { InputShape } from '../../../shared/experiment/family'
import { lanesOf, MICRO_BATCH } from '../../../shared/experiment/lanes'
import { WORTH_COMPILING, WORTH_RECORDING } from '../../../shared/experiment/mode-choice'
import { modelCost } from '../../../shared/experiment/registry'
import type { EngineProcess } from '../engine/supervisor'
import type { MeasuredModes } from './measured-modes'

/** How a run's steps are run: the mode, and how the engine's threads share the work (shared/experiment/lanes.ts). */
export interface Execution {
  readonly mode: ExecutionMode
  readonly lanes: number
}

export interface ExecutionContext {
  readonly configuration: Configuration
  readonly input: InputShape
  /** Images trained on in an epoch. */
  readonly images: number
  readonly engine: Pick<EngineProcess, 'request' | 'arrange' | 'info'>
  /** What the engine runs on. */
  readonly info: EngineInfo
  readonly modes: MeasuredModes
  /** Tells a person what is being done. */
  readonly tell: (level: 'info' | 'warning', message: string) => void
}

/** Images in a measurement at least; each lane has a micro-batch. */
const LEAST_IMAGES = 32

/**
 * How a new run is run: in the mode asked for, or with auto in the fastest: operation by operation what takes seconds, as one
 * graph what takes minutes, and else what was measured for this model on this engine, now or before; with bfloat16 as one
 * graph. On the plain-JavaScript backend there is only eager.
 * @throws LabError when the model cannot be recorded: it does not take eager in its stead; or when the engine dies
 */
export async function chooseExecution(context: ExecutionContext): Promise<Execution> {
  const mode = await chooseMode(context)
  return { mode, lanes: lanesOf(context.configuration, mode, context.info) }
}

async function chooseMode(context: ExecutionContext): Promise<ExecutionMode> {
  const { configuration, input, images, info, modes } = context
  const { mode, epochs, precision } = configuration.training
  if (mode !== 'auto') return mode
  // XLA gains nothing by it, and operation by operation there is none.
  if (precision === 'bfloat16') return 'graph'
  if (info.backend !== 'tensorflow') return 'eager'
  const work = modelCost(configuration.model, input).trainFlops * images * epochs
  if (work < WORTH_RECORDING) return 'eager'
  if (work < WORTH_COMPILING) return 'graph'
  return modes.fastest({ model: configuration.model, input, engine: info }) ?? measure(context)
}

/** Times a batch in each mode that could be the fastest, and remembers it. */
async function measure(context: ExecutionContext): Promise<ExecutionMode> {
  const { configuration, input, info, modes, tell } = context
  tell('info', 'Measuring which mode is the fastest for this model on this machine.')
  const lanes = lanesOf(configuration, 'graph', info)
  const images = Math.min(configuration.training.batch, Math.max(LEAST_IMAGES, lanes * MICRO_BATCH))
  const milliseconds: Partial<Record<ExecutionMode, number>> = {}
  for (const mode of ['graph', 'xla'] as const) {
    const taken = await time(context, mode, images)
    if (taken !== null) milliseconds[mode] = taken
  }
  tell('info', describe(images, milliseconds))
  modes.remember({ model: configuration.model, input, engine: info }, images, milliseconds)
  return fastestOf({ milliseconds })!
}

/** Milliseconds of a batch; null where XLA does not compile the model: it still runs as a graph. */
async function time(
  { engine, configuration, input, info, tell }: ExecutionContext,
  mode: 'graph' | 'xla',
  images: number,
): Promise<number | null> {
  await engine.arrange(lanesOf(configuration, mode, info))
  try {
    return await engine.request({ kind: 'time-mode', configuration, input, mode, images })
  } catch (error) {
    // What cannot be recorded is refused; an engine that died is gone for what comes after.
    if (mode === 'graph' || engine.info === null) throw error
    tell('warning', `XLA does not compile this model: ${(error as Error).message}`)
    return null
  }
}

function describe(images: number, milliseconds: ModeMeasurement['milliseconds']): string {
  const each = Object.entries(milliseconds).map(([mode, ms]) => `${mode} ${ms.toFixed(0)} ms`)
  return `A batch of ${images} images takes: ${each.join(', ')}.`
}

import type { Configuration } from '../../../shared/experiment/configuration'
import type { InputShape } from '../../../shared/experiment/family'
import { WORTH_COMPILING, WORTH_RECORDING } from '../../../shared/experiment/mode-choice'
import { modelCost } from '../../../shared/experiment/registry'
import { type Tensor1D, type Tensor4D, tf } from '../backends/tf'
import type { EngineEvent, ExecutionMode } from '../protocol'
import { yieldToMessages } from '../training/halt'
import type { EngineParts } from './parts'

/** Images in a measurement: the modes' order is the same at a full batch, at a quarter of the time. */
const IMAGES = 32
/** Batches timed after the first, which compiles. */
const BATCHES = 2

export interface ModeContext {
  readonly parts: EngineParts
  readonly configuration: Configuration
  readonly input: InputShape
  /** Images trained on in an epoch. */
  readonly images: number
  /** Measured before; null: never. */
  readonly fastest: ExecutionMode | null
  readonly emit: (event: EngineEvent) => void
}

/**
 * The mode a new run takes: the one asked for, or with auto the fastest: operation by operation for what takes seconds, one
 * graph for minutes, and else what a short measurement says; with bfloat16 one graph. On the plain-JavaScript backend there is only eager.
 * @throws LabError when the model cannot be recorded; it does not take eager in its stead
 */
export async function chooseMode(context: ModeContext): Promise<ExecutionMode> {
  const { configuration, input, images, fastest } = context
  const { mode, epochs, precision } = configuration.training
  if (mode !== 'auto') return mode
  // XLA gains nothing by it, and operation by operation there is none.
  if (precision === 'bfloat16') return 'graph'
  if (tf.getBackend() !== 'tensorflow') return 'eager'
  const work = modelCost(configuration.model, input).trainFlops * images * epochs
  if (work < WORTH_RECORDING) return 'eager'
  if (work < WORTH_COMPILING) return 'graph'
  return fastest ?? measure(context)
}

async function measure({ parts, configuration, input, emit }: ModeContext): Promise<ExecutionMode> {
  const milliseconds: Partial<Record<ExecutionMode, number>> = {}
  emit({ kind: 'log', level: 'info', message: 'Measuring which mode is the fastest for this model on this machine.' })
  for (const mode of ['graph', 'xla'] as const) {
    await yieldToMessages()
    try {
      milliseconds[mode] = timeBatch(parts, configuration, input, mode)
    } catch (error) {
      // What XLA cannot compile still runs as a graph; what cannot be recorded is refused.
      if (mode === 'graph') throw error
      emit({ kind: 'log', level: 'warning', message: `XLA does not compile this model: ${(error as Error).message}` })
    }
  }
  emit({ kind: 'modes', images: IMAGES, milliseconds })
  return (milliseconds.xla ?? Infinity) < milliseconds.graph! ? 'xla' : 'graph'
}

/** Milliseconds of a batch of made-up images, the quickest of a few. */
function timeBatch(parts: EngineParts, configuration: Configuration, input: InputShape, mode: ExecutionMode): number {
  const { height, width, channels, classes } = input
  const learner = parts.createLearner(configuration, input, mode)
  const labels = tf.tensor1d(
    Int32Array.from({ length: IMAGES }, (_, i) => i % classes),
    'int32',
  ) as Tensor1D
  const images = tf.tidy(() =>
    tf.reshape(tf.sin(tf.range(0, IMAGES * height * width * channels)), [IMAGES, height, width, channels]),
  ) as Tensor4D
  try {
    const times = Array.from({ length: 1 + BATCHES }, () => {
      const began = performance.now()
      learner.trainBatch(images, labels, () => configuration.training.learningRate)
      return performance.now() - began
    })
    return Math.min(...times.slice(1))
  } finally {
    tf.dispose([images, labels])
    learner.dispose()
  }
}

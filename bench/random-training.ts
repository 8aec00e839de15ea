import { loadBackend } from '../src/main/engine/backends/load'
import { tf } from '../src/main/engine/backends/tf'
import { createLearner } from '../src/main/engine/models/registry'
import type { Learner } from '../src/main/engine/training/learner'
import type { EngineInfo } from '../src/main/engine/protocol'
import { findPreset } from '../src/main/lab/experiments/configure'
import type { ExecutionMode, Precision } from '../src/shared/experiment/engine-info'
import { presetConfiguration, type Preset } from '../src/shared/experiment/presets'
import { Random } from '../src/shared/random/philox'

/** A fresh model of a preset and one batch of random images to train it on. */
export interface RandomTraining {
  readonly engine: EngineInfo
  readonly preset: Preset
  /** Images a batch. */
  readonly batch: number
  readonly learner: Learner
  /** Trains on the batch once more; has ended when it returns. */
  trainBatch(): void
}

/**
 * Loads the native engine and makes the model; what is measured begins after.
 * @param binding path of the TensorFlow binding
 * @param mode how its steps are run
 * @param precision of its products; bfloat16 is not for eager
 * @throws LabError for an unknown preset
 */
export async function randomTraining(
  name: string,
  binding: string | null,
  mode: ExecutionMode = 'eager',
  precision: Precision = 'float32',
): Promise<RandomTraining> {
  const engine = await loadBackend({ backend: 'tensorflow', bindingPath: binding, threads: null })
  const preset = findPreset(name)
  const base = presetConfiguration(preset)
  const configuration = { ...base, training: { ...base.training, precision } }
  const { batch, learningRate } = configuration.training
  const { height, width, channels, classes } = preset.input
  const random = new Random(0, 0)
  const pixels = Float32Array.from({ length: batch * height * width * channels }, () => random.uint32() / 2 ** 31 - 1)
  const images = tf.tensor4d(pixels, [batch, height, width, channels])
  const labels = tf.tensor1d(
    Int32Array.from({ length: batch }, () => random.below(classes)),
    'int32',
  )
  const learner = createLearner(configuration, preset.input, mode)
  // Its results are numbers on this side, so the work is done when it returns.
  return {
    engine,
    preset,
    batch,
    learner,
    trainBatch: () => void learner.trainBatch(images, labels, () => learningRate),
  }
}

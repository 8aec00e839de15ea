import { availableParallelism } from 'node:os'
import { loadBackend } from '../src/main/engine/backends/load'
import { tf } from '../src/main/engine/backends/tf'
import { createLearner } from '../src/main/engine/models/registry'
import type { Learner } from '../src/main/engine/training/learner'
import type { EngineInfo } from '../src/main/engine/protocol'
import { configure, findPreset } from '../src/main/lab/experiments/configure'
import type { Configuration } from '../src/shared/experiment/configuration'
import type { InputShape } from '../src/shared/experiment/family'
import type { ExecutionMode, Precision } from '../src/shared/experiment/engine-info'
import { lanesOf } from '../src/shared/experiment/lanes'
import type { Preset } from '../src/shared/experiment/presets'
import { Random } from '../src/shared/random/philox'

/** A fresh model of a preset and one batch of random images to train it on. */
export interface RandomTraining {
  readonly engine: EngineInfo
  readonly preset: Preset
  readonly configuration: Configuration
  /** The preset's, with the classes asked for. */
  readonly input: InputShape
  /** Images a batch. */
  readonly batch: number
  readonly learner: Learner
  /** Trains on the batch once more; has ended when it returns. */
  trainBatch(): void
}

/** What is trained, and how; what is left out is the preset's. */
export interface RandomTrainingOptions {
  /** Path of the TensorFlow binding. */
  readonly binding: string | null
  /** How its steps are run. */
  readonly mode?: ExecutionMode
  /** Of its products; bfloat16 is not for eager. */
  readonly precision?: Precision
  /** `path=value`, as on the command line. */
  readonly settings?: readonly string[]
  readonly classes?: number
  readonly threads?: number | null
}

/**
 * Loads the native engine and makes the model; what is measured begins after.
 * @throws LabError for an unknown preset or a wrong setting
 */
export async function randomTraining(
  name: string,
  {
    binding,
    mode = 'eager',
    precision = 'float32',
    settings = [],
    classes: asked,
    threads = null,
  }: RandomTrainingOptions,
): Promise<RandomTraining> {
  const preset = findPreset(name)
  const input = { ...preset.input, classes: asked ?? preset.input.classes }
  const configuration = configure({
    preset: name,
    assignments: [`training.mode=${mode}`, `training.precision=${precision}`, ...settings],
  })
  const cpu = { backend: 'tensorflow', device: 'CPU', threads: threads ?? availableParallelism() } as const
  const lanes = lanesOf(configuration, mode, cpu)
  const engine = await loadBackend({ backend: 'tensorflow', bindingPath: binding, threads, lanes })
  const { batch, learningRate } = configuration.training
  const { height, width, channels, classes } = input
  const random = new Random(0, 0)
  const pixels = Float32Array.from({ length: batch * height * width * channels }, () => random.uint32() / 2 ** 31 - 1)
  const images = tf.tensor4d(pixels, [batch, height, width, channels])
  const labels = tf.tensor1d(
    Int32Array.from({ length: batch }, () => random.below(classes)),
    'int32',
  )
  const learner = createLearner(configuration, input, mode, lanes)
  // Its results are numbers on this side, so the work is done when it returns.
  return {
    engine,
    preset,
    configuration,
    input,
    batch,
    learner,
    trainBatch: () => void Array.from(learner.trainSegments(images, labels, () => learningRate)),
  }
}

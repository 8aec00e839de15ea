import { type Tensor1D, type Tensor4D, tf } from '../backends/tf'
import type { EngineInfo, EngineRequest } from '../protocol'
import type { EngineParts } from './parts'

/** Batches timed after the first, which records and compiles. */
const BATCHES = 2

/**
 * Milliseconds of a training batch of made-up images, the quicker of a few. On a processor it is the threads' share of processor
 * time, which other programs hardly change: by the clock, whatever else runs for a while would choose the mode for good.
 * @throws LabError when the model cannot be recorded · Error of TensorFlow when it cannot be compiled
 */
export async function timeMode(
  parts: Pick<EngineParts, 'createLearner'>,
  { configuration, input, mode, images: count }: Omit<Extract<EngineRequest, { kind: 'time-mode' }>, 'kind'>,
  { device, threads, lanes = 1 }: Pick<EngineInfo, 'device' | 'threads' | 'lanes'>,
): Promise<number> {
  const { height, width, channels, classes } = input
  const milliseconds = device === 'CPU' ? () => processorTime() / threads : () => performance.now()
  const learner = parts.createLearner(configuration, input, mode, lanes)
  const labels = tf.tensor1d(
    Int32Array.from({ length: count }, (_, i) => i % classes),
    'int32',
  ) as Tensor1D
  const images = tf.tidy(() =>
    tf.reshape(tf.sin(tf.range(0, count * height * width * channels)), [count, height, width, channels]),
  ) as Tensor4D
  try {
    const times = Array.from({ length: 1 + BATCHES }, () => {
      const began = milliseconds()
      Array.from(learner.trainSegments(images, labels, () => configuration.training.learningRate))
      return milliseconds() - began
    })
    return Math.min(...times.slice(1))
  } finally {
    tf.dispose([images, labels])
    learner.dispose()
  }
}

/** Milliseconds that all threads of this process have worked. */
function processorTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

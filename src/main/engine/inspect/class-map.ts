import type { ClassMapInside } from '../../../shared/inside/inside'
import { type Tensor, type Tensor4D, tf } from '../backends/tf'
import type { FrozenModel } from './frozen-model'

/** Class activation maps of one image [1,H,W,C]: see LookFunctions. */
export function lookAtClassMaps(frozen: FrozenModel, image: Tensor4D): ClassMapInside {
  const [logits, maps] = frozen.call('class-map', 1, [image]) as [Tensor, Tensor4D]
  try {
    const [, rows, columns, classes] = maps.shape
    return tf.tidy(() => ({
      kind: 'class-map' as const,
      classes,
      probabilities: tf.softmax(logits).dataSync<'float32'>(),
      ...{ rows, columns },
      maps: tf.transpose(maps, [0, 3, 1, 2]).dataSync<'float32'>(), // [1,K,H',W']
    }))
  } finally {
    tf.dispose([logits, maps])
  }
}

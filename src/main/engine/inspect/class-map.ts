import type { ClassMapInside } from '../../../shared/inside/inside'
import { type Tensor2D, type Tensor4D, tf } from '../backends/tf'
import type { Look } from '../models/model'
import type { FrozenModel } from './frozen-model'

/**
 * Class activation maps of one image [1,H,W,C] (Zhou et al. 2016, arXiv 1512.04150): a linear head after global average
 * pooling is the mean of the same head at every place, so what each place adds to a logit is exact.
 */
export function lookAtClassMaps(frozen: FrozenModel, image: Tensor4D): ClassMapInside {
  let seen!: Pick<ClassMapInside, 'rows' | 'columns' | 'maps'>
  let probabilities!: Float32Array
  const look: Look = {
    step: () => undefined,
    attention: () => undefined,
    maps: (maps, head) => void (seen = { rows: maps.shape[1], columns: maps.shape[2], maps: classMaps(maps, head) }),
  }
  const visit = (_: number, { logits }: { logits: Tensor2D }): void =>
    void (probabilities = tf.tidy(() => tf.softmax(logits).dataSync<'float32'>()))
  frozen.run(image, 1, visit, look)
  return { kind: 'class-map', classes: probabilities.length, probabilities, ...seen }
}

/** The head [F,K] at every place of maps [1,H',W',F]: [K,H',W'], row-major. */
const classMaps = (maps: Tensor4D, head: Tensor2D): Float32Array =>
  tf.tidy(() => {
    const places = tf.reshape(maps, [-1, head.shape[0]]) as Tensor2D // [H'W',F]
    return tf.matMul(head, places, true, true).dataSync<'float32'>() // [K,H'W']
  })

import { beforeAll, describe, expect, it } from 'vitest'
import { loadBackend } from '../backends/load'
import { type Tensor1D, tf } from '../backends/tf'
import { haltingLoss, haltingTargets, keepHalted } from './halting'

beforeAll(async () => {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
})

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

describe('targets', () => {
  const correct = () => tf.tensor1d([1, 0])
  const next = () =>
    tf.tensor2d([
      [2, -1],
      [-3, 0.5],
    ])

  it('are right or not, and the larger value of the next segment', () => {
    const [halt0, go0, halt1, go1] = haltingTargets(correct(), next(), false).dataSync()
    expect([halt0, halt1]).toEqual([1, 0])
    expect(go0).toBeCloseTo(sigmoid(2), 6)
    expect(go1).toBeCloseTo(sigmoid(0.5), 6)
  })

  it('are the next halt value after the last segment', () => {
    expect(haltingTargets(correct(), next(), true).dataSync()[3]).toBeCloseTo(sigmoid(-3), 6)
  })
})

it('the loss is the mean binary cross-entropy of both values, summed over images, and stays finite', () => {
  const loss = haltingLoss(tf.tensor2d([[0.3, -2]]), tf.tensor2d([[1, 0.25]]))
  const expected = -(Math.log(sigmoid(0.3)) + 0.25 * Math.log(sigmoid(-2)) + 0.75 * Math.log(1 - sigmoid(-2))) / 2
  expect(loss.dataSync()[0]).toBeCloseTo(expected, 6)
  expect(haltingLoss(tf.tensor2d([[1000, -1000]]), tf.tensor2d([[0, 1]])).dataSync()[0]).toBeCloseTo(1000, 3)
})

it('an image keeps the logits of the segment that halted it', () => {
  const first = tf.tensor2d([[1], [1], [1]])
  const second = tf.tensor2d([[2], [2], [2]])
  const third = tf.tensor2d([[3], [3], [3]])
  const [halt, goOn] = [
    [1, 0],
    [0, 1],
  ] as [number[], number[]]
  let state = { logits: first, halted: tf.zeros([3], 'bool') as Tensor1D }
  state = keepHalted(state.halted, state.logits, first, tf.tensor2d([halt, goOn, goOn]))
  state = keepHalted(state.halted, state.logits, second, tf.tensor2d([goOn, halt, goOn]))
  state = keepHalted(state.halted, state.logits, third, tf.tensor2d([goOn, goOn, goOn]))
  expect([...state.logits.dataSync()]).toEqual([1, 2, 3])
  expect([...state.halted.dataSync()]).toEqual([1, 1, 0])
})

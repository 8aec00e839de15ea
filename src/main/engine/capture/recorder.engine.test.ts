import { beforeAll, describe, expect, it } from 'vitest'
import { engineBinding } from '../../../../tests/engine-binding'
import { loadBackend } from '../backends/load'
import { type Tensor, tf, type Variable } from '../backends/tf'
import { BatchedFunction } from './batched-function'
import { Composer, type Made } from './composer'
import { record } from './recorder'
import { TF_FLOAT } from './recording'
import { GraphSession } from './session'

beforeAll(async () => {
  await loadBackend({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 2 })
})

const vector = (...values: number[]): Tensor => tf.tensor1d(values)
const variable = (...values: number[]): Variable => tf.variable(tf.tensor1d(values))

describe('record', () => {
  it('notes operations, and leaves variables as they were', () => {
    const state = variable(1, 2)
    const recording = record(
      (x) => [state.assign(tf.add(state, x)), tf.sum(x!)].slice(1) as Tensor[],
      [vector(3, 4)],
      [state],
    )
    expect([...state.dataSync()]).toEqual([1, 2])
    expect(recording.nodes.flatMap((node) => (node.kind === 'operation' ? [node.operation] : []))).toEqual([
      'Add',
      'Sum',
    ])
    expect(recording.assigned).toEqual([{ variable: 0, reference: { from: 'node', index: 0, output: 0 } }])
  })

  it('refuses a value that JS reads while recording, and ends its listening', () => {
    const read = () => record((x) => [tf.mul(x!, tf.sum(x!).dataSync()[0]!)], [vector(1, 2)], [])
    expect(read).toThrow(/reads a value/)
    expect([...tf.add(vector(1), 1).dataSync()]).toEqual([2])
  })

  it('refuses two inputs that are one tensor', () => {
    const x = vector(1)
    expect(() => record((a, b) => [tf.add(a!, b!)], [x, tf.clone(x)], [])).toThrow(/shares its tensor/)
  })
})

describe('BatchedFunction', () => {
  const inputs = (batch: number): Tensor[] => [tf.range(0, batch)]

  it.each<[string, () => (x: Tensor) => Tensor]>([
    [
      'a counter',
      () =>
        (
          (count) => (x: Tensor) =>
            tf.mul(x, ++count)
        )(0),
    ],
    [
      'a random number',
      () =>
        (
          (draws) => (x: Tensor) =>
            tf.mul(x, draws.pop()!)
        )([0.3, 0.9, 0.1]),
    ],
  ])('refuses %s baked into the function', (_, make) => {
    const run = make()
    const made = new BatchedFunction((x) => [run(x!)], inputs, [])
    expect(() => made.at(128)).toThrow(/not the same each time/)
  })

  it('leaves no tensor behind', () => {
    const state = variable(0)
    const before = tf.memory().numTensors
    new BatchedFunction(
      (x) => [tf.mean(x!), state.assign(tf.sum(x!, 0, true) as never)].slice(0, 1) as Tensor[],
      inputs,
      [state],
    ).at(128)
    expect(tf.memory().numTensors).toBe(before)
  })
})

describe('GraphSession', () => {
  it.each([null, 'cluster-of-a-test'])(
    'computes as recorded, at another batch, with variables of its own (XLA %s)',
    (xla) => {
      const total = variable(0)
      const run = (x?: Tensor): Tensor[] => {
        total.assign(tf.add(total, tf.sum(x!, 0, true)) as never)
        return [tf.mean(x!), tf.mul(total, 2)]
      }
      const made = new BatchedFunction(run, (batch) => [tf.range(0, batch)], [total])
      const session = new GraphSession([total], [{ name: 'sum', recording: made.at(10), xla }])
      session.push()
      const results = [0, 1].map(() => session.call('sum', [tf.range(1, 11)]).map((tensor) => [...tensor.dataSync()]))
      expect(results).toEqual([
        [[5.5], [110]],
        [[5.5], [220]],
      ])
      expect([...total.dataSync()]).toEqual([0])
      session.pull()
      expect([...total.dataSync()]).toEqual([110])
      tf.tidy(() => total.assign(tf.tensor1d([1])))
      session.push()
      expect(session.call('sum', [tf.zeros([10])]).map((tensor) => [...tensor.dataSync()])).toEqual([[0], [2]])
      session.dispose()
    },
  )

  it('computes a function that is defined once, each time it is called, with several outputs and lists of them', () => {
    const scale = variable(2)
    const run = (x?: Tensor): Tensor[] => {
      const [left, right] = tf.split(tf.mul(x!, scale), 2) as [Tensor, Tensor]
      return [tf.sub(right, left), tf.sum(left)]
    }
    const recording = record(run, [vector(1, 2, 3, 5)], [scale])
    const specifications = [{ type: TF_FLOAT, shape: [1] }]
    const composer = new Composer(specifications)
    const x = composer.input({ type: TF_FLOAT, shape: [4] })
    const [difference, sum] = composer.callDefined('parts', recording, [x]) as [Made, Made]
    const [, other] = composer.callDefined('parts', recording, [composer.concat([difference, difference])]) as [
      Made,
      Made,
    ]
    const composed = composer.recording([sum, other])
    const session = new GraphSession([scale], [{ name: 'both', recording: composed, xla: null }])
    session.push()
    expect(session.call('both', [vector(1, 2, 3, 5)]).map((tensor) => [...tensor.dataSync()])).toEqual([[6], [20]])
    session.dispose()
  })
})

import { describe, expect, it } from 'vitest'
import { TrainingOrder } from './order'

const ids = Uint32Array.from({ length: 100 }, (_, i) => 1000 + i)
const sorted = (order: Uint32Array): number[] => [...order].sort((a, b) => a - b)

describe('TrainingOrder', () => {
  it('shuffles every epoch anew, the same way for the same seed', () => {
    const order = new TrainingOrder(ids, null, 16, 5)
    expect(sorted(order.epoch(0))).toEqual([...ids])
    expect(order.epoch(0)).not.toEqual(ids)
    expect(order.epoch(1)).not.toEqual(order.epoch(0))
    expect(new TrainingOrder(ids, null, 16, 5).epoch(1)).toEqual(order.epoch(1))
    expect(new TrainingOrder(ids, null, 16, 6).epoch(1)).not.toEqual(order.epoch(1))
  })

  it('keeps the partial last batch', () => {
    const order = new TrainingOrder(ids, null, 16, 5)
    const epoch = order.epoch(3)
    const batches = Array.from({ length: order.batchesPerEpoch }, (_, i) => order.batch(epoch, i))
    expect(batches.map((batch) => batch.length)).toEqual([16, 16, 16, 16, 16, 16, 4])
    expect(batches.flatMap((batch) => [...batch])).toEqual([...epoch])
  })

  it('limits training to a seeded choice that stays over the epochs', () => {
    const order = new TrainingOrder(ids, 10, 16, 5)
    expect(order.images).toBe(10)
    expect(sorted(order.epoch(0))).toEqual(sorted(order.epoch(7)))
    expect(order.epoch(0)).not.toEqual(order.epoch(7))
    expect(sorted(order.epoch(0))).not.toEqual([...ids.subarray(0, 10)])
    expect(sorted(new TrainingOrder(ids, 10, 16, 6).epoch(0))).not.toEqual(sorted(order.epoch(0)))
    expect(new TrainingOrder(ids, 1000, 16, 5).images).toBe(100)
  })

  it('states the generator of an epoch', () => {
    const order = new TrainingOrder(ids, null, 16, 5)
    expect(order.randomState(2)).toEqual({ seed: 5, stream: 0x4000_0002, position: 0 })
  })
})

import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { envelope } from '../../shared/metrics/envelope'
import { joinSteps, sliceSteps, stepColumnNames, type StepColumns } from '../../shared/metrics/steps'
import { openStore, type Store } from './store'
import { exampleSteps, newRun, temporaryFile } from './testing/fixtures'

const LARGE = 10_000
const all = exampleSteps(0, LARGE)

/** A store with a run that has the first `count` steps, recorded in blocks of `sizes` (repeated as needed). */
function recorded(count: number, sizes: readonly number[]): { store: Store; run: string } {
  const store = openStore(temporaryFile())
  const run = newRun(store)
  append(store, run, 0, count, sizes)
  return { store, run }
}

function append(store: Store, run: string, from: number, to: number, sizes: readonly number[]): void {
  for (let at = from, i = 0; at < to; i++) {
    const end = Math.min(to, at + sizes[i % sizes.length]!)
    store.steps.append(run, sliceSteps(all, at, end))
    at = end
  }
}

function expectSteps(store: Store, run: string, expected: StepColumns): void {
  const blocks = [...store.steps.blocks(run)]
  const stored = blocks.length > 0 ? joinSteps(blocks) : sliceSteps(all, 0, 0)
  expect(stored.firstStep).toBe(expected.firstStep)
  for (const name of stepColumnNames) {
    expect(Buffer.compare(bytes(stored[name]), bytes(expected[name])), name).toBe(0)
    expect(Buffer.compare(bytes(store.steps.column(run, name)), bytes(expected[name])), name).toBe(0)
  }
  expect(store.steps.count(run)).toBe(expected.loss.length)
}

const bytes = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength)

describe('steps', () => {
  it.each([
    ['one message', 5000, [LARGE]],
    ['a few at a time', 4200, [9, 1, 40]],
    ['exactly a chunk', 4096, [1024]],
    ['chunks and more', LARGE, [4095, 2, 4097]],
    ['fewer than a chunk', 10, [3]],
  ] as const)('come back bit for bit: %s', (_, count, sizes) => {
    const { store, run } = recorded(count, sizes)
    expectSteps(store, run, sliceSteps(all, 0, count))
    store.close()
  })

  it('are none of an untouched run', () => {
    const { store, run } = recorded(0, [1])
    expectSteps(store, run, sliceSteps(all, 0, 0))
    store.close()
  })

  it('must follow those recorded', () => {
    const { store, run } = recorded(100, [100])
    expect(() => store.steps.append(run, sliceSteps(all, 90, 110))).toThrow('has 100 steps')
    expect(() => store.steps.append(run, sliceSteps(all, 101, 110))).toThrow('has 100 steps')
    expectSteps(store, run, sliceSteps(all, 0, 100))
    store.close()
  })

  it('are kept apart by run', () => {
    const { store, run } = recorded(4100, [4100])
    const other = newRun(store)
    store.steps.append(other, sliceSteps(all, 0, 5))
    store.steps.truncate(run, 0)
    expect(store.steps.count(run)).toBe(0)
    expectSteps(store, other, sliceSteps(all, 0, 5))
    store.close()
  })

  it.each([0, 1, 4095, 4096, 4097, 8192, 9999, 10_000, 20_000])('are cut at step %i, and go on from there', (cut) => {
    const { store, run } = recorded(LARGE, [1000])
    store.steps.truncate(run, cut)
    expectSteps(store, run, sliceSteps(all, 0, Math.min(cut, LARGE)))
    append(store, run, Math.min(cut, LARGE), LARGE, [500])
    expectSteps(store, run, all)
    store.close()
  })

  it('give the same range as the whole column does', () => {
    const { store, run } = recorded(9000, [4100])
    const whole = all.loss.subarray(0, 9000)
    fc.assert(
      fc.property(fc.nat(9100), fc.nat(9100), (from, to) => {
        expect([...store.steps.column(run, 'loss', from, to)]).toEqual([...whole.slice(from, Math.max(from, to))])
      }),
      { numRuns: 40 },
    )
    store.close()
  })
})

describe('the envelope', () => {
  it.each(['step', 'batch', 'epoch', 'seconds', 'wallTime'] as const)('over %s is that of all points', (x) => {
    const { store, run } = recorded(LARGE, [4000])
    const positions = x === 'step' ? Float64Array.from(all.loss, (_, i) => i) : all[x]
    const middle = positions[LARGE / 2]!
    for (const range of [{}, { from: middle }, { to: middle }, { from: positions[100]!, to: middle }]) {
      const options = { x, points: 200, ...range }
      expect(store.steps.envelope(run, 'loss', options)).toEqual(envelope(positions, all.loss, options))
    }
    store.close()
  })

  it('over a part of the steps begins and ends where it was asked to', () => {
    const { store, run } = recorded(LARGE, [LARGE])
    const { x, total } = store.steps.envelope(run, 'loss', { x: 'step', points: 10_000, from: 4090.5, to: 4100.5 })
    expect([...x]).toEqual([4091, 4092, 4093, 4094, 4095, 4096, 4097, 4098, 4099, 4100])
    expect(total).toBe(10)
    store.close()
  })
})

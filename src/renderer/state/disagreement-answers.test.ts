import { describe, expect, it, vi } from 'vitest'
import { disagreementAnswers } from '../dev/demo-disagreement'
import { sampleRun } from '../dev/samples'
import { FakeClient } from '../transport/fake'
import { MatrixDifference } from './disagreement-matrix.svelte'
import { PairChoice } from './disagreement-pair.svelte'
import { Disagreement } from './disagreement.svelte'
import { Lab } from './lab.svelte'

const runs = [1, 2, 3].map((number) => sampleRun(number, { epochs: 2, preset: 'cnn-mnist' }))

function open(compared = runs) {
  const fake = new FakeClient({
    ...disagreementAnswers(() => compared),
    ...{ 'settings.get': () => null, 'settings.set': () => null },
  })
  const lab = new Lab(fake)
  const choice = new PairChoice(lab, () => compared)
  return {
    fake,
    lab,
    choice,
    disagreement: new Disagreement(lab, choice),
    difference: new MatrixDifference(lab, choice),
  }
}

describe('the window’s picture of a disagreement', () => {
  it('asks of the chosen two, and shows the images on which they differ', async () => {
    const { choice, disagreement } = open()
    disagreement.sync()
    await vi.waitFor(() => expect(disagreement.isLate).toBe(false))
    const { view } = disagreement
    expect(view!.runs.map(({ id }) => id)).toEqual(['run-1', 'run-2'])
    const { wrong } = disagreement.selection!
    expect(['01', '10']).toContain(wrong)
    disagreement.syncImages()
    await vi.waitFor(() => expect(disagreement.indices).not.toBeNull())
    expect(disagreement.indices).toHaveLength(view!.patterns.find((pattern) => pattern.wrong === wrong)!.images)
    disagreement.select('11', 3)
    expect([disagreement.selection, disagreement.indices]).toEqual([{ wrong: '11', label: 3 }, null])
    choice.chooseA('run-2')
    expect([choice.pair!.a.id, choice.pair!.b.id]).toEqual(['run-2', 'run-1'])
    expect(disagreement.isLate).toBe(true)
  })

  it('asks of all runs on the same data, and falls back to a pattern of as many', async () => {
    const { choice, disagreement } = open()
    disagreement.select('10')
    choice.change({ all: true })
    disagreement.sync()
    await vi.waitFor(() => expect(disagreement.view).not.toBeNull())
    expect(disagreement.view!.runs).toHaveLength(3)
    expect(disagreement.selection!.wrong).toHaveLength(3)
  })

  it('tells why runs cannot be compared, and recovers with others', async () => {
    const { choice, disagreement } = open([...runs, sampleRun(4, { epochs: 0, state: 'stopped', preset: 'cnn-mnist' })])
    choice.chooseA('run-4')
    disagreement.sync()
    await vi.waitFor(() => expect(disagreement.problem?.message).toContain('no predictions of the test images'))
    choice.chooseA('run-3')
    disagreement.sync()
    await vi.waitFor(() => expect(disagreement.view).not.toBeNull())
    expect(disagreement.problem).toBeNull()
  })
})

describe('the window’s picture of A − B', () => {
  it('holds the difference of the stored matrices, and a cell’s images in both', async () => {
    const { choice, difference } = open()
    difference.sync()
    await vi.waitFor(() => expect(difference.view).not.toBeNull())
    const { a, b } = difference.view!
    expect([...difference.values!]).toEqual(a.counts.map((count, cell) => count - b.counts[cell]!))
    choice.change({ measure: 'row' })
    expect(difference.values![0]).toBeCloseTo((a.counts[0]! - b.counts[0]!) / 1000, 12)
    difference.select(12)
    difference.syncImages()
    await vi.waitFor(() => expect(difference.images).not.toBeNull())
    expect([difference.images!.a.length, difference.images!.b.length]).toEqual([a.counts[12], b.counts[12]])
    choice.swap()
    expect(difference.isLate).toBe(true)
  })
})

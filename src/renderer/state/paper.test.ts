import { expect, it, vi } from 'vitest'
import { paperAnswers } from '../dev/demo-paper'
import { sampleRun } from '../dev/samples'
import { FakeClient } from '../transport/fake'
import { points } from '../views/paper/words'
import { Lab } from './lab.svelte'
import { Paper } from './paper.svelte'
import { Reproduction } from './reproduce.svelte'

const setUp = () => {
  const runs = [sampleRun(1, { preset: 'hrm-cifar10' })]
  const client = new FakeClient({
    ...paperAnswers(() => runs),
    'dataSets.download': () => ({ import: 1 }),
    'experiments.start': () => ({ runs: ['new'] }),
    'dataSets.get': () => {
      throw new Error('not asked')
    },
  })
  const lab = new Lab(client)
  return { client, lab, runs, paper: new Paper(lab) }
}

it('opens the first experiment that has a run, then the one that is chosen', async () => {
  const { paper } = setUp()
  const stop = paper.start()
  await vi.waitFor(() => expect(paper.experiments).toHaveLength(5))
  expect(paper.chosen?.preset).toBe('hrm-cifar10')
  paper.choose('cnn-cifar100')
  expect(paper.chosen).toMatchObject({ preset: 'cnn-cifar100', ours: null })
  stop()
})

it('makes the figures once at a time, and keeps what is missing with its reason', async () => {
  const { client, paper } = setUp()
  await Promise.all([paper.makeFigures({ format: 'svg' }), paper.makeFigures({})])
  const asked = client.asked.filter(({ name }) => name === 'paper.figures')
  expect(asked.map(({ args }) => args)).toEqual([{ format: 'svg' }])
  expect(paper.figures?.items.at(-1)?.missing).toMatch(/no run of/)
  expect(paper.making).toBe(false)
})

it('brings the data of the preset that is reproduced', async () => {
  const { client, lab } = setUp()
  void new Reproduction(lab, 'cnn-cifar100').begin()
  await vi.waitFor(() =>
    expect(client.asked).toContainEqual({ name: 'dataSets.download', args: { key: 'cifar100', choices: {} } }),
  )
})

it.each([
  [0.984, 0.98, '+0.4'],
  [0.64, 0.65, '−1.0'],
  [0.9801, 0.98, '±0.0'],
  [0.9797, 0.98, '±0.0'],
  [null, 0.98, null],
])('ours %s less published %s is %s', (ours, published, words) => {
  expect(points(ours, published)).toBe(words)
})

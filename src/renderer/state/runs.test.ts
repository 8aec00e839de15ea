import { expect, it } from 'vitest'
import { sampleRun } from '../dev/samples'
import { Runs } from './runs.svelte'

it('knows what a run has said last while it goes on', () => {
  const runs = new Runs()
  const run = sampleRun(1, { state: 'running' })
  runs.put(run)
  expect(runs.said(run.id)).toBeNull()
  const say = (message: string) => runs.says({ kind: 'run-log', id: run.id, level: 'info', message })
  say('Measuring.')
  say('Measured.')
  expect(runs.said(run.id)).toBe('Measured.')
  runs.put({ ...run, epochs: 1 })
  expect(runs.said(run.id)).toBe('Measured.')
  runs.put({ ...run, state: 'finished' })
  expect(runs.said(run.id)).toBeNull()
})

import { describe, expect, it } from 'vitest'
import type { LabEvent } from '../contract/events'
import type { RunView } from '../contract/runs'
import { after, AT_REST, noticeOf } from './attention'

const run = (state: RunView['state'], more: Partial<RunView> = {}): RunView =>
  ({ id: 'r1', name: 'mnist', state, best: null, message: null, epochs: 3, ...more }) as RunView
const told = (view: RunView): LabEvent => ({ kind: 'run', run: view })
const progress = (epoch: number, batch: number): LabEvent => ({
  ...{ kind: 'run-progress', id: 'r1', phase: 'training', epoch, epochs: 4, batch, batches: 10 },
  ...{ imagesPerSecond: 1, residentBytes: 1, secondsLeft: null },
})

describe('what a person elsewhere should know', () => {
  it('follows a run from its beginning to its end', () => {
    let state = after(AT_REST, told(run('queued')))
    expect(state).toEqual(AT_REST)
    state = after(state, told(run('running')))
    expect(state).toEqual({ training: 'r1', share: null })
    state = after(state, progress(2, 5))
    expect(state).toEqual({ training: 'r1', share: 0.375 })
    // Its name was changed: it goes on as before.
    expect(after(state, told(run('running')))).toEqual(state)
    // Another run is told of.
    expect(after(state, told(run('finished', { id: 'r2' })))).toEqual(state)
    expect(after(state, told(run('finished')))).toEqual(AT_REST)
  })

  it.each(['paused', 'stopped', 'failed', 'interrupted'] as const)('ends with a run that is %s', (end) => {
    expect(after({ training: 'r1', share: 0.5 }, told(run(end)))).toEqual(AT_REST)
  })

  it('is not moved by anything else', () => {
    const state = { training: 'r1', share: 0.5 }
    expect(after(state, { kind: 'queue' })).toBe(state)
  })

  it('is notified of ends nobody asked for', () => {
    const best = { part: 'test', value: 0.9812, epoch: 3 } as const
    expect(noticeOf(run('finished', { best }))).toEqual({
      title: 'mnist has finished',
      body: 'Best test accuracy 98.1 %, epoch 3.',
    })
    expect(noticeOf(run('finished'))?.body).toBe('3 epochs were trained.')
    expect(noticeOf(run('failed', { message: 'The loss is no number.' }))).toEqual({
      title: 'mnist has failed',
      body: 'The loss is no number.',
    })
    for (const state of ['paused', 'stopped', 'running'] as const) expect(noticeOf(run(state))).toBeNull()
  })
})

import { describe, expect, it } from 'vitest'
import { sampleRun } from '../../dev/samples'
import { resumePlace, runFailure } from './outcome'

const shape = { stepsPerBatch: 2, batchesPerEpoch: 10, batchImages: 8, epochImages: 80 }

describe('where a run goes on', () => {
  it('is told by epoch, and by batch inside of one', () => {
    expect(resumePlace({ step: 60 }, shape)).toContain('checkpoint of epoch 3.')
    expect(resumePlace({ step: 64 }, shape)).toContain('checkpoint of epoch 4, after batch 2.')
    expect(resumePlace({ step: 64 }, null)).toContain('after step 64')
    expect(resumePlace(null, shape)).toContain('no checkpoint')
  })
})

describe('a failed run', () => {
  const log = [{ time: 0, level: 'error' as const, message: 'The engine died.' }]
  it('says why, with its log to copy', () => {
    const failure = runFailure(sampleRun(1, { state: 'failed', message: 'The engine died.' }), {
      ...{ detail: null, log, shape },
    })
    expect(failure).toMatchObject({ message: 'The engine died.', hint: null })
    expect(failure.details).toContain('1970-01-01T00:00:00.000Z error The engine died.')
  })
  it('that diverged is to be cloned with a lower learning rate', () => {
    const run = sampleRun(1, { state: 'failed', message: 'The loss is NaN (gradient norm Infinity) at step 3.' })
    expect(runFailure(run, { detail: null, log: [], shape }).hint).toContain('lower learning rate')
  })
})

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeSteps, stepColumnTypes, type StepColumns } from '../../../shared/metrics/steps'
import type { EngineEvent } from '../../engine/protocol'
import { openStore, type Store } from '../../store/store'
import { newRun, temporaryFolder } from '../../store/testing/fixtures'
import { RunRecorder } from './recorder'

const steps = (firstStep: number, losses: readonly number[]): StepColumns =>
  makeSteps(firstStep, (name) => new stepColumnTypes[name](losses.length).fill(name === 'loss' ? losses[0]! : 1))

const started = (step: number, epoch: number): EngineEvent => ({
  kind: 'started',
  step,
  epoch,
  batch: 0,
  batchesPerEpoch: 2,
  stepsPerBatch: 1,
  parameters: 10,
  seconds: 0,
  mode: 'graph',
})

const epoch = (number: number, predicted: readonly number[]): EngineEvent => ({
  kind: 'epoch',
  epoch: number,
  trainLoss: 1,
  trainAccuracy: 0.5,
  authorLoss: null,
  authorAccuracy: null,
  trainSeconds: 3,
  evaluations: [
    {
      part: 'test',
      images: 4,
      loss: 1,
      accuracy: predicted.filter((p, i) => p === [0, 1, 0, 1][i]).length / 4,
      predicted: Uint16Array.from(predicted),
      confidence: Float32Array.from([0.9, 0.8, 0.7, 0.6]),
      probabilities: null,
      seconds: 1,
    },
  ],
})

describe('RunRecorder', () => {
  let folder: string
  let store: Store
  let run: string
  let recorder: RunRecorder

  beforeEach(() => {
    folder = temporaryFolder()
    store = openStore(join(folder, 'lab.sqlite'))
    run = newRun(store)
    mkdirSync(join(folder, run))
    recorder = new RunRecorder(store, {
      id: run,
      folder: join(folder, run),
      classes: 2,
      labels: () => Uint16Array.from([0, 1, 0, 1]),
    })
  })
  afterEach(() => store.close())

  const checkpoint = (step: number, epochNumber: number): EngineEvent => {
    const file = join(folder, run, `checkpoint-${epochNumber}-${step}.safetensors`)
    writeFileSync(file, 'x')
    return { kind: 'checkpoint', file, step, epoch: epochNumber, bytes: 1 }
  }

  it('keeps every step, the epochs and the confusion of what was predicted', () => {
    for (const event of [started(0, 0), { kind: 'steps', steps: steps(0, [3, 3]) } as const, epoch(0, [0, 0, 0, 1])])
      recorder.record(event)
    expect(store.steps.count(run)).toBe(2)
    expect([...store.evaluations.confusion(run, 0, 'test')!.counts]).toEqual([2, 0, 1, 1])
    expect(store.epochs.list(run)).toEqual([{ epoch: 0, trainLoss: 1, trainAccuracy: 0.5, trainSeconds: 3 }])
  })

  it('forgets what was done since the checkpoint that a resumed run starts from', () => {
    recorder.record(started(0, 0))
    recorder.record({ kind: 'steps', steps: steps(0, [3, 3, 3, 3]) })
    recorder.record(epoch(0, [0, 0, 0, 1]))
    recorder.record({ kind: 'steps', steps: steps(4, [2, 2]) })
    recorder.flush()
    recorder.record(started(4, 1))
    recorder.record({ kind: 'steps', steps: steps(4, [1]) })
    recorder.flush()
    expect([...store.steps.column(run, 'loss')]).toEqual([3, 3, 3, 3, 1])
    expect(store.epochs.list(run)).toHaveLength(1)
  })

  it('marks the checkpoint after the best epoch and forgets those whose files are gone', () => {
    recorder.record(started(0, 0))
    recorder.record(epoch(0, [0, 1, 0, 0]))
    recorder.record(checkpoint(2, 1))
    recorder.record(epoch(1, [0, 0, 0, 0]))
    recorder.record(checkpoint(4, 2))
    expect(store.checkpoints.best(run)!.step).toBe(2)
    rmSync(join(folder, run, 'checkpoint-2-4.safetensors'))
    recorder.record(epoch(2, [0, 1, 0, 1]))
    recorder.record(checkpoint(6, 3))
    expect(store.checkpoints.list(run).map(({ step }) => step)).toEqual([2, 6])
    expect(store.checkpoints.best(run)!.step).toBe(6)
  })
})

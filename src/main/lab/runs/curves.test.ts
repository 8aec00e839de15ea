import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contract, type RequestArguments } from '../../../shared/contract/contract'
import type { CurvesView, CurveView } from '../../../shared/contract/curves'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { envelope } from '../../../shared/metrics/envelope'
import { debiasedEma } from '../../../shared/metrics/smoothing'
import { makeSteps, sliceSteps, stepColumnTypes, type StepColumns } from '../../../shared/metrics/steps'
import { Random } from '../../../shared/random/philox'
import { importReport, manifest, temporaryFolder } from '../../store/testing/fixtures'
import { Lab } from '../lab'
import { Curves, shapeOf } from './curves'

const COUNT = 9000
const SECONDS = 0.25
const random = new Random(7)
const all: StepColumns = makeSteps(0, (name) => {
  const column = new stepColumnTypes[name](COUNT)
  for (let i = 0; i < COUNT; i++) {
    if (name === 'seconds') column[i] = (i + 1) * SECONDS
    else if (name === 'wallTime') column[i] = 1.8e12 + i * 250
    else if (name === 'loss') column[i] = 3 / (1 + i / 500) + random.uniform()
    else column[i] = name === 'learningRate' ? 1e-3 : random.uniform()
  }
  return column
})

describe('Curves', () => {
  let lab: Lab
  let id: string
  let curves: Curves

  beforeEach(() => {
    lab = Lab.open({ home: temporaryFolder() })
    mkdirSync(join(lab.home.dataSets, 'digits'))
    lab.store.dataSets.insert({ id: 'digits', folder: 'datasets/digits', manifest: manifest(), report: importReport })
    const configuration = presetConfiguration(presets.find(({ name }) => name === 'testing-cnn')!)
    id = lab.runs.create({ name: 'try', configuration, dataSet: lab.dataSets.get('digits'), seeds: [1] })[0]!.id
    curves = new Curves(lab)
  })
  afterEach(() => lab.close())

  const append = (from: number, to: number): void => lab.store.steps.append(id, sliceSteps(all, from, to))
  /** Asks as a window does: the reply fits the contract and survives JSON. */
  const ask = (change: Partial<RequestArguments<'runs.curves'>> = {}): CurvesView => {
    const asked = { id, axis: 'step', from: null, to: null, logX: false, smoothing: 0.9 } as const
    const value = curves.answer({ ...asked, curves: [{ name: 'loss', points: 200, smooth: true }], ...change })
    expect(JSON.parse(JSON.stringify(value))).toEqual(value)
    return contract['runs.curves'].result.parse(value)
  }
  const only = (change: Partial<RequestArguments<'runs.curves'>> = {}): CurveView => ask(change).curves[0]!
  const lossTo = (count: number) => all.loss.subarray(0, count)
  const numbers = (count: number) => Float64Array.from({ length: count }, (_, i) => i + 1)
  const near = (values: ArrayLike<number>) => Array.from(values, (value) => expect.closeTo(value, 6))

  it('are nothing before the first step', () => {
    expect(ask()).toMatchObject({ steps: 0, extent: null, epochEnds: [], lastSeconds: 0 })
    expect(only()).toMatchObject({ raw: { x: [], y: [] }, total: 0, average: null, usual: null })
  })

  it('are the envelopes of every step and of its average, taken before thinning', () => {
    append(0, COUNT)
    const curve = only()
    const raw = envelope(numbers(COUNT), all.loss, { points: 200 })
    const smooth = envelope(numbers(COUNT), debiasedEma(all.loss, 0.9, numbers(COUNT)), { points: 50 })
    expect(curve.raw.x).toEqual([...raw.x])
    expect(curve.raw.y).toEqual(near(raw.y))
    expect(curve.smooth!.x).toEqual([...smooth.x])
    expect(curve.smooth!.y).toEqual(near(smooth.y))
    expect(curve.total).toBe(COUNT)
    expect(curve.usual!.low).toBeGreaterThan(Math.min(...all.loss))
    expect(curve.usual!.high).toBeLessThan(Math.max(...all.loss))
  })

  it('are only the averages where no more is asked for, of curves that have one', () => {
    append(0, COUNT)
    const curves: RequestArguments<'runs.curves'>['curves'] = [
      { name: 'loss', points: 200, smooth: true },
      { name: 'learningRate', points: 200, smooth: false },
    ]
    const [loss, rate] = ask({ averageOnly: true, curves }).curves
    const all = only()
    expect(all.raw.x.length).toBeGreaterThan(10)
    expect(all.smooth!.x.length).toBeGreaterThan(10)
    expect(loss).toEqual({ ...all, raw: { x: [], y: [] } })
    expect(rate!.raw.x.length).toBeGreaterThan(0)
  })

  it('tell the seconds at the newest step, also after it was taken back and done again', () => {
    append(0, 100)
    expect(ask().lastSeconds).toBe(all.seconds[99])
    lab.store.steps.truncate(id, 50)
    lab.store.steps.append(
      id,
      makeSteps(50, (name) => all[name].slice(150, 200)),
    )
    expect(ask().lastSeconds).toBe(all.seconds[199])
  })

  it('of a range keep the average of the whole run, and go one point over its edges', () => {
    append(0, COUNT)
    const curve = only({ from: 4000.5, to: 4010.5 })
    const whole = debiasedEma(all.loss, 0.9, numbers(COUNT))
    expect(curve.raw.x).toEqual([4000, 4001, 4002, 4003, 4004, 4005, 4006, 4007, 4008, 4009, 4010, 4011])
    expect(curve.smooth!.y).toEqual(near(whole.subarray(3999, 4011)))
    expect(curve.total).toBe(10)
  })

  it('of a run that goes on are those of a run read anew', () => {
    for (const to of [100, 101, 5000, COUNT]) {
      append(lab.store.steps.count(id), to)
      const asked = { curves: [{ name: 'loss', points: 50, smooth: true } as const] }
      expect(ask(asked), String(to)).toEqual(new Curves(lab).answer({ ...base(), ...asked }))
      const average = debiasedEma(lossTo(to), 0.9, numbers(to))
      expect(only(asked).average!.mean).toBeCloseTo(average.at(-1)!, 9)
    }
  })
  const base = () => ({ id, axis: 'step', from: null, to: null, logX: false, smoothing: 0.9 }) as const

  it('forget steps that are done again after a checkpoint', () => {
    append(0, 5000)
    ask()
    lab.store.steps.truncate(id, 1000)
    append(1000, 5000)
    lab.store.steps.truncate(id, 100)
    lab.store.steps.append(id, { ...sliceSteps(all, 200, 6000), firstStep: 100 })
    const curve = only({ from: 101, to: 110 })
    expect(curve.raw.y.slice(1, -1)).toEqual(near(all.loss.subarray(200, 210)))
  })

  it('lie over batches, epochs and time as asked', () => {
    append(0, 100)
    const { batchesPerEpoch } = ask().shape
    expect(ask({ axis: 'epoch' }).extent!.last).toBeCloseTo(100 / batchesPerEpoch)
    expect(ask({ axis: 'seconds' })).toMatchObject({ extent: { first: SECONDS, last: 25 }, lastSeconds: 25 })
    expect(ask({ axis: 'wallTime' }).extent).toEqual({ first: 1.8e12, last: 1.8e12 + 99 * 250 })
  })

  it('tell where the recorded epochs ended', () => {
    append(0, 100)
    lab.store.epochs.insert(id, { epoch: 0, trainLoss: 1, trainAccuracy: 0.5, trainSeconds: 2 })
    const { shape, epochEnds } = ask({ axis: 'seconds' })
    expect(epochEnds).toEqual([{ epoch: 1, x: shape.batchesPerEpoch * SECONDS }])
  })

  it('give images a second from the seconds, also where the columns were read in parts', () => {
    append(0, 10)
    const asked = { curves: [{ name: 'imagesPerSecond', points: 50, smooth: false } as const] }
    ask(asked)
    append(10, 20)
    const { shape, curves: given } = ask(asked)
    expect(given[0]!.raw.y).toEqual(near(new Array(20).fill(shape.epochImages / SECONDS)))
    expect(given[0]!.smooth).toBeNull()
  })

  it('give the memory at its samples, and after them the new ones', () => {
    append(0, 10)
    const asked = { axis: 'seconds', curves: [{ name: 'residentBytes', points: 50, smooth: false }] } as const
    lab.store.memory.insert(id, { steps: 4, residentBytes: 100 })
    lab.store.memory.insert(id, { steps: 4, residentBytes: 90 })
    expect(only({ ...asked, curves: [...asked.curves] }).raw).toEqual({ x: [1], y: [100] })
    lab.store.memory.insert(id, { steps: 8, residentBytes: 120 })
    expect(only({ ...asked, curves: [...asked.curves] }).raw).toEqual({ x: [1, 2], y: [100, 120] })
    lab.store.rewind(id, { step: 6, epoch: 0 })
    expect(only({ ...asked, curves: [...asked.curves] }).raw).toEqual({ x: [1], y: [100] })
  })

  it('count what no line can show', () => {
    const bad = sliceSteps(all, 0, 3)
    lab.store.steps.append(id, { ...bad, loss: Float32Array.of(1, NaN, Infinity) })
    expect(only()).toMatchObject({ total: 1, notFinite: 2 })
  })

  it('take the last, smaller batch of an epoch into account', () => {
    const configuration = presetConfiguration(presets.find(({ name }) => name === 'hrm-mnist')!)
    const { training } = configuration
    const limited = { ...configuration, training: { ...training, batch: 128, trainLimit: 1000 } }
    expect(shapeOf(limited, 60_000)).toMatchObject({ batchesPerEpoch: 8, epochImages: 1000, batchImages: 128 })
    expect(shapeOf(limited, 100)).toMatchObject({ batchesPerEpoch: 1, epochImages: 100 })
  })
})

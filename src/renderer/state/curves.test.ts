import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { RequestArguments, RequestResult } from '../../shared/contract/contract'
import type { LiveSteps } from '../../shared/contract/events'
import { presetConfiguration, presets } from '../../shared/experiment/presets'
import { envelope } from '../../shared/metrics/envelope'
import { debiasedEma, Ema } from '../../shared/metrics/smoothing'
import { sampleEngine, sampleRun } from '../dev/samples'
import { FakeClient } from '../transport/fake'
import { formatPlace, publishedPlaces, timeTicks } from './curve-axis'
import { defaultLook, keepRange, readCurveLook, readRange } from './curve-look'
import { CurveSet } from './curve-points'
import { LOOK_KEY, RANGES_KEY } from './curves.svelte'
import { Lab } from './lab.svelte'
import { RunDetail } from './run-detail.svelte'
import { whole } from './zoom'

const shape = { stepsPerBatch: 2, batchesPerEpoch: 5, batchImages: 8, epochImages: 40 }
const lossAt = (step: number): number => 3 / (1 + step) + Math.sin(step)

const live = (firstStep: number, count: number, change: Partial<LiveSteps> = {}): LiveSteps => {
  const numbers = Array.from({ length: count }, (_, i) => firstStep + i)
  const [loss, seconds] = [numbers.map(lossAt), numbers.map((n) => (n + 1) / 4)]
  const rest = { learningRate: loss, gradientNorm: loss, accuracy: loss, authorLoss: loss.map(() => null) }
  const wallTime = numbers.map((n) => 1e12 + n * 250)
  return { firstStep, batch: numbers, epoch: numbers, seconds, wallTime, loss, ...rest, ...change }
}

/** Answers as the lab does, from so many steps. */
function answer(asked: RequestArguments<'runs.curves'>, steps: number): RequestResult<'runs.curves'> {
  const unit = asked.axis === 'batch' ? 2 : 1
  const x = Array.from({ length: steps }, (_, step) => (step + 1) / unit)
  const y = x.map((_, step) => lossAt(step))
  const range = (x.at(-1) ?? 0) - (x[0] ?? 0)
  const ema = new Ema(asked.smoothing, range)
  const average = ema.all(y, x)
  return {
    ...{ steps, shape, lastSeconds: steps / 4, epochEnds: [] },
    extent: steps > 0 ? { first: x[0]!, last: x.at(-1)! } : null,
    curves: asked.curves.map(({ name, points, smooth }) => {
      const raw = envelope(x, y, { ...asked, points })
      const thin = envelope(x, average, { ...asked, points })
      return {
        ...{ name, raw: { x: [...raw.x], y: [...raw.y] }, total: raw.total, notFinite: 0, usual: null },
        smooth: smooth ? { x: [...thin.x], y: [...thin.y] } : null,
        average: smooth ? ema.state : null,
      }
    }),
  }
}

const question = {
  axis: 'batch',
  logX: false,
  smoothing: 0.9,
  range: whole,
  averageOnly: false,
  points: { loss: 100 },
} as const
const asked = (change = {}) => ({
  ...({ id: 'a', axis: 'batch', from: null, to: null, logX: false, smoothing: 0.9 } as const),
  curves: [
    { name: 'loss' as const, points: 100, smooth: true },
    { name: 'imagesPerSecond' as const, points: 100, smooth: false },
    { name: 'residentBytes' as const, points: 100, smooth: false },
  ],
  ...change,
})

describe('a set of curves', () => {
  it('takes new steps once, at their places, and goes on with their average', () => {
    const set = new CurveSet(question, answer(asked(), 20))
    expect(set.append(live(18, 4))).toBe(true)
    expect(set.append(live(20, 2))).toBe(true)
    expect(set.steps).toBe(22)
    const loss = set.get('loss')!
    expect(loss.total).toBe(22)
    expect(loss.raw.at(-1)).toEqual({ x: 11, y: lossAt(21) })
    // The average goes on as it began: spacing is measured by the range that the store knew.
    const values = Array.from({ length: 22 }, (_, step) => lossAt(step))
    const ema = new Ema(0.9, 9.5)
    const expected = values.map((value, step) => ema.next(value, (step + 1) / 2))
    expect(loss.smooth!.slice(-3).map(({ y }) => y)).toEqual(expected.slice(-3).map((y) => expect.closeTo(y, 9)))
    expect(expected.slice(0, 20)).toEqual([
      ...debiasedEma(
        values.slice(0, 20),
        0.9,
        values.slice(0, 20).map((_, step) => (step + 1) / 2),
      ),
    ])
  })

  it('gives images a second from the seconds since the step before', () => {
    const set = new CurveSet(question, answer(asked(), 20))
    set.append(live(20, 2))
    expect(set.get('imagesPerSecond')!.raw.slice(-2)).toEqual([
      { x: 10.5, y: 16 },
      { x: 11, y: 16 },
    ])
  })

  it('refuses steps after a gap', () => {
    const set = new CurveSet(question, answer(asked(), 20))
    expect(set.append(live(21, 1))).toBe(false)
    expect(set.steps).toBe(20)
  })

  it('of a range that has an end adds nothing past it, though the average goes on', () => {
    const set = new CurveSet({ ...question, range: { from: 2, to: 10.5 } }, answer(asked({ from: 2, to: 10.5 }), 20))
    const before = set.get('loss')!.total
    set.append(live(20, 10))
    expect(set.get('loss')!.total).toBe(before + 1)
    expect(set.get('loss')!.raw.at(-1)!.x).toBe(10.5)
  })

  it('counts what is not finite, and draws no point for it', () => {
    const set = new CurveSet(question, answer(asked(), 20))
    set.append(live(20, 1, { loss: [null] }))
    expect(set.get('loss')).toMatchObject({ notFinite: 1, total: 20 })
  })

  it('keeps a sample of memory a second, at the newest step', () => {
    const set = new CurveSet(question, answer(asked(), 20))
    const before = set.get('residentBytes')!.raw.length
    expect([set.remember(5, 0), set.remember(6, 500), set.remember(7, 1000)]).toEqual([true, false, true])
    expect(set.get('residentBytes')!.raw.slice(before)).toEqual([
      { x: 10, y: 5 },
      { x: 10, y: 7 },
    ])
  })

  it('tells when so many points were added that the store should thin them', () => {
    const set = new CurveSet({ ...question, points: { loss: 30 } }, answer(asked(), 20))
    set.append(live(20, 40))
    expect(set.crowded).toBe(false)
    set.append(live(60, 1))
    expect(set.crowded).toBe(true)
  })
})

describe('the kept look', () => {
  it('is read part by part; what is not valid has its default', () => {
    expect(readCurveLook('nonsense')).toEqual(defaultLook)
    expect(readCurveLook({ axis: 'gone', smoothing: 1, logY: 0, hidden: ['a', 3] })).toEqual({
      ...defaultLook,
      hidden: ['a'],
    })
    expect(readCurveLook({ axis: 'epoch', smoothing: 0.999 })).toMatchObject({ axis: 'epoch', smoothing: 0.999 })
  })

  it('keeps the ranges of each run and axis, the newest fifty', () => {
    let kept: unknown = null
    for (let i = 0; i < 60; i++) kept = keepRange(kept, `run-${i}`, 'batch', { from: i, to: null })
    kept = keepRange(kept, 'run-59', 'epoch', { from: null, to: 2 })
    expect(readRange(kept, 'run-59', 'batch')).toEqual({ from: 59, to: null })
    expect(readRange(kept, 'run-59', 'epoch')).toEqual({ from: null, to: 2 })
    expect(readRange(kept, 'run-0', 'batch')).toEqual(whole)
    expect(readRange(keepRange(kept, 'run-59', 'batch', whole), 'run-59', 'batch')).toEqual(whole)
    expect(readRange([['run-1', 'batch', 5, 5], 7], 'run-1', 'batch')).toEqual(whole)
    expect((kept as unknown[]).length).toBe(50)
  })
})

describe('the axes', () => {
  it('label time at whole steps of a clock', () => {
    expect(timeTicks('seconds', 0, 3600, 6)).toEqual([0, 600, 1200, 1800, 2400, 3000, 3600])
    expect(timeTicks('seconds', 10, 11, 5).length).toBeGreaterThan(1)
    const noon = new Date(2026, 0, 1, 12).getTime()
    const ticks = timeTicks('wallTime', noon - 1000, noon + 6 * 3_600_000, 7)
    expect(ticks[0]).toBe(noon)
    expect(ticks[1]! - ticks[0]!).toBe(3_600_000)
    expect(timeTicks('seconds', 5, 5, 6)).toEqual([])
  })

  it('name places as exactly as what is seen', () => {
    expect(formatPlace('batch', 812, 100)).toBe('812')
    expect(formatPlace('epoch', 1.25, 3)).toBe('1.25')
    expect(formatPlace('seconds', 3725, 10_000)).toBe('1:02:05')
  })

  it('place published batches by their own epochs, and nowhere in time', () => {
    expect([...publishedPlaces('batch', 3, shape)!]).toEqual([1, 2, 3])
    expect([...publishedPlaces('step', 3, shape)!]).toEqual([2, 4, 6])
    expect([...publishedPlaces('epoch', 5, shape)!].at(-1)).toBe(1)
    expect(publishedPlaces('wallTime', 3, shape)).toBeNull()
  })
})

describe('the curves of an open run', () => {
  let client: FakeClient
  let lab: Lab
  let stored = 0
  let settings: Record<string, unknown>

  beforeEach(async () => {
    vi.useFakeTimers()
    stored = 20
    settings = {}
    client = new FakeClient({
      'lab.state': () => ({ version: '1', home: 'h', platform: 'linux', sequence: client.sequence, notices: [] }),
      'runs.list': () => [sampleRun(1, { state: 'running' })],
      'queue.get': () => ({
        ...{ order: [], running: 'run-1', halting: null, secondsExpected: {}, paused: false, problem: null },
      }),
      'dataSets.list': () => [],
      'dataSets.imports': () => [],
      'engine.describe': () => sampleEngine,
      'settings.get': ({ key }) => settings[key] ?? null,
      'settings.set': ({ key, value }) => ((settings[key] = value), null),
      'runs.get': ({ id }) => ({
        run: sampleRun(1, { id, state: 'running' }),
        configuration: presetConfiguration(presets[0]!),
        ...{ epochs: [], steps: stored, labVersion: '1', gitCommit: null, dataHash: '', checkpoint: null },
      }),
      'runs.log': () => [],
      'runs.published': () => null,
      'runs.curves': (given) => answer(given, stored),
    })
    lab = new Lab(client)
    await lab.start().ready
  })
  afterEach(() => void vi.useRealTimers())

  const open = async (): Promise<{ detail: RunDetail; stop: () => void }> => {
    const detail = new RunDetail(lab, 'run-1')
    const stop = detail.start()
    await vi.waitFor(() => expect(detail.curves.shown).not.toBeNull())
    return { detail, stop }
  }
  const questions = () => client.asked.filter(({ name }) => name === 'runs.curves').map(({ args }) => args)
  const settle = () => vi.advanceTimersByTimeAsync(100)

  it('follow this run’s steps and no other’s', async () => {
    const { detail, stop } = await open()
    client.emit({ kind: 'run-steps', id: 'run-2', steps: live(20, 1) })
    expect(detail.curves.shown!.steps).toBe(20)
    client.emit({ kind: 'run-steps', id: 'run-1', steps: live(20, 1) })
    expect(detail.curves.shown!.steps).toBe(21)
    expect(detail.curves.newestLoss).toBe(lossAt(20))
    stop()
  })

  it('are read again when steps are missing, and take what came meanwhile', async () => {
    const { detail, stop } = await open()
    client.emit({ kind: 'run-steps', id: 'run-1', steps: live(22, 2) })
    expect(detail.curves.shown!.steps).toBe(20)
    stored = 23
    await vi.advanceTimersByTimeAsync(1100)
    expect(detail.curves.shown!.steps).toBe(24)
    stop()
  })

  it('are refined from the store for the range that is looked at, and kept for it', async () => {
    const { detail, stop } = await open()
    detail.curves.select(0.25, 0.5)
    await settle()
    const [from, to] = [detail.curves.range.from!, detail.curves.range.to!]
    expect(questions().at(-1)).toMatchObject({ from, to, axis: 'batch' })
    expect(detail.curves.shown!.question.range).toEqual({ from, to })
    await vi.advanceTimersByTimeAsync(1000)
    expect(settings[RANGES_KEY]).toEqual([['run-1', 'batch', from, to]])
    detail.curves.reset()
    expect(detail.curves.shown!.question.range).toEqual(whole)
    stop()
  })

  it('ask once for a slider that moves, with the last value', async () => {
    const { detail, stop } = await open()
    const before = questions().length
    for (const smoothing of [0.5, 0.6, 0.7]) detail.curves.change({ smoothing })
    await settle()
    expect(questions().slice(before)).toMatchObject([{ smoothing: 0.7 }])
    await vi.advanceTimersByTimeAsync(1000)
    expect(settings[LOOK_KEY]).toMatchObject({ smoothing: 0.7 })
    stop()
  })

  it('show nothing of another axis until it is read', async () => {
    const { detail, stop } = await open()
    detail.curves.change({ axis: 'step' })
    expect(detail.curves.shown).toBeNull()
    await settle()
    expect(detail.curves.shown!.question.axis).toBe('step')
    stop()
  })

  it('begin with what was kept', async () => {
    settings = { [LOOK_KEY]: { axis: 'step', smoothing: 0.5 }, [RANGES_KEY]: [['run-1', 'step', 5, 9]] }
    const { detail, stop } = await open()
    await settle()
    expect(questions()[0]).toMatchObject({ axis: 'step', smoothing: 0.5, from: 5, to: 9 })
    expect(detail.curves.scale).toMatchObject({ from: 5, to: 9 })
    stop()
  })

  it('are read anew when the run goes on from a checkpoint', async () => {
    const { detail, stop } = await open()
    client.emit({ kind: 'run', run: sampleRun(1, { state: 'paused' }) })
    await settle()
    stored = 12
    client.emit({ kind: 'run', run: sampleRun(1, { state: 'running' }) })
    await settle()
    expect(detail.curves.shown!.steps).toBe(12)
    stop()
  })

  it('say why they could not be read', async () => {
    client.answers['runs.curves'] = () => Promise.reject(new Error('broken'))
    const detail = new RunDetail(lab, 'run-1')
    const stop = detail.start()
    await settle()
    expect(detail.curves.problem).toMatchObject({ message: 'broken' })
    stop()
  })
})

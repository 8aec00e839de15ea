import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { contract, type RequestArguments, type RequestResult } from '../../../shared/contract/contract'
import type { insideRequests } from '../../../shared/contract/inside'
import { LabError } from '../../../shared/errors'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import type { ClassMapInside, RecurrenceInside } from '../../../shared/inside/inside'
import type { EngineRequest } from '../../engine/protocol'
import {
  exampleConfusion,
  exampleEvaluation,
  importReport,
  manifest,
  temporaryFolder,
} from '../../store/testing/fixtures'
import { EventBus } from '../contract/event-bus'
import type { SideEngine } from '../engine/side-engine'
import { Lab } from '../lab'
import { engineInfo } from '../runs/testing/scripted-engine'
import { insideHandlers } from './handlers'

type Name = keyof typeof insideRequests
type Score = Extract<EngineRequest, { kind: 'score-segments' }>

const recurrence: RecurrenceInside = {
  ...{ kind: 'recurrence', classes: 4, segments: 2, answer: 2, steps: { low: 2, high: 1 } },
  probabilities: Float32Array.of(0.25, 0.25, 0.25, 0.25, 1 / 3, 0, 2 / 3, 0),
  moves: { low: Float32Array.of(1, 0.5, 0.25, NaN), high: Float32Array.of(1, 0.5) },
  attention: new Float32Array(2 * 2 * 5).fill(0.2),
  shape: { layers: 1, heads: 1, rows: 2, columns: 2 },
}
const classMap: ClassMapInside = {
  ...{ kind: 'class-map', classes: 4, rows: 1, columns: 1 },
  ...{ probabilities: new Float32Array(4).fill(0.25), maps: new Float32Array(4) },
}

const IMAGES = 20
const EVERY_PLACE = Array.from({ length: IMAGES }, (_, place) => place)

let lab: Lab
let told: string[]
let asked: EngineRequest[]
/** What the engine does before it answers. */
let before: (request: EngineRequest) => Promise<void>
let training: boolean
let handlers: ReturnType<typeof insideHandlers>

/** Segment s has every image right whose place is below s. */
const scoresOf = ({ images }: Score) => ({
  correct: Uint32Array.from({ length: 16 }, (_, s) => images.filter((place) => place < s).length),
  loss: Float64Array.from({ length: 16 }, (_, s) => images.length / (s + 1)),
  seconds: images.length / 4,
})

const side = {
  ask: async (request: EngineRequest): Promise<unknown> => {
    asked.push(request)
    await before(request)
    if (request.kind === 'score-segments') return scoresOf(request)
    if (request.kind !== 'inspect') throw new Error('unexpected')
    return request.configuration.model.family === 'cnn' ? classMap : recurrence
  },
} as Pick<SideEngine, 'ask'>

function open(): void {
  const bus = new EventBus()
  bus.emit = (event) => void (event.kind === 'inside' && told.push(event.id))
  handlers = insideHandlers(lab, side, bus, () => training)
}

beforeEach(() => {
  lab = Lab.open({ home: temporaryFolder() })
  ;[told, asked] = [[], []]
  before = async () => undefined
  training = false
  const parts = {
    train: { offset: 0, count: 8 },
    validation: { offset: 8, count: 0 },
    test: { offset: 8, count: IMAGES },
  }
  mkdirSync(join(lab.home.dataSets, 'digits'))
  const labels = Uint16Array.from({ length: 8 + IMAGES }, (_, id) => id % 4)
  writeFileSync(join(lab.home.dataSets, 'digits', 'labels.u16'), labels)
  const row = { id: 'digits', folder: 'datasets/digits', manifest: { ...manifest(), parts }, report: importReport }
  lab.store.dataSets.insert(row)
  open()
})
afterEach(() => lab.close())

/** Asks as a window does: the reply fits the contract and survives JSON. */
async function ask<N extends Name>(name: N, given: RequestArguments<N>): Promise<RequestResult<N>> {
  const handler = handlers[name] as (given: RequestArguments<N>) => RequestResult<N> | Promise<RequestResult<N>>
  const value = await handler(given)
  expect(JSON.parse(JSON.stringify(value))).toEqual(value)
  return contract[name].result.parse(value) as RequestResult<N>
}

/** A run of a preset, with a checkpoint after each of `steps` when it has any. */
function newRun(preset: string, steps: readonly number[] = [6]): string {
  const configuration = presetConfiguration(presets.find(({ name }) => name === preset)!)
  const [run] = lab.runs.create({ name: 'try', configuration, dataSet: lab.dataSets.get('digits'), seeds: [1] })
  mkdirSync(lab.runs.folder(run!), { recursive: true })
  steps.forEach((step) => checkpoint(run!.id, step))
  return run!.id
}

function checkpoint(id: string, step: number): string {
  const file = `checkpoint-0002-00000${step}.safetensors`
  const path = join(lab.runs.folder(lab.store.runs.get(id)), file)
  writeFileSync(path, 'weights')
  lab.store.checkpoints.insert(id, { file, step, epoch: 2, bytes: 7 })
  return path
}

describe('inside.image', () => {
  it('asks for the last weights and tells what the engine saw, with what a window needs to show it', async () => {
    const id = newRun('testing-hrm', [6, 8])
    const seen = await ask('inside.image', { id, part: 'test', index: 3 })
    expect(seen).toMatchObject({
      checkpoint: { step: 8, epoch: 2 },
      image: 11,
      label: 3,
      classNames: ['a', 'b', 'c', 'd'],
    })
    expect(seen.inside).toMatchObject({
      kind: 'recurrence',
      trained: 2,
      evaluated: 2,
      moves: { low: [1, 0.5, 0.25, null] },
    })
    expect(asked[0]).toMatchObject({
      ...{ kind: 'inspect', image: { part: 'test', index: 3 }, segments: 16 },
      weights: expect.stringContaining('checkpoint-0002-000008') as string,
      dataSetFolder: join(lab.home.dataSets, 'digits'),
    })
    const other = await ask('inside.image', { id: newRun('testing-cnn'), part: 'train', index: 0 })
    expect(other).toMatchObject({ image: 0, inside: { kind: 'class-map' } })
  })

  it('names what is not there', async () => {
    const image = { part: 'test', index: 0 } as const
    await expect(ask('inside.image', { id: 'none', ...image })).rejects.toThrow(LabError)
    await expect(ask('inside.image', { id: newRun('testing-hrm', []), ...image })).rejects.toThrow('has no checkpoint')
    const beyond = ask('inside.image', { id: newRun('testing-hrm'), part: 'test', index: IMAGES })
    await expect(beyond).rejects.toThrow(`has ${IMAGES} test images, none at ${IMAGES}`)
    expect(asked).toEqual([])
  })
})

describe('scores by segment', () => {
  const ended = (id: string) => vi.waitFor(async () => expect((await ask('inside.segments', { id })).going).toBe(false))
  const places = (): number[] => asked.flatMap((request) => [...(request as Score).images])

  it('take each test image once, in pieces of some seconds, and tell as they grow', async () => {
    const id = newRun('testing-hrm')
    expect(await ask('inside.segments', { id })).toMatchObject({
      ...{ images: IMAGES, scored: 0, segments: [], going: false, secondsLeft: null, problem: null },
      ...{ trained: 2, evaluated: 2, checkpoint: { step: 6, epoch: 2 } },
    })
    await ask('inside.score', { id })
    await ask('inside.score', { id }) // goes on already
    await ended(id)
    expect(places().sort((a, b) => a - b)).toEqual(EVERY_PLACE)
    expect(asked.map((request) => (request as Score).images.length)).toEqual([8, 12])
    const { segments, scored, secondsLeft } = await ask('inside.segments', { id })
    expect([scored, secondsLeft]).toEqual([IMAGES, 0])
    expect(segments.map(({ correct }) => correct)).toEqual(Array.from({ length: 16 }, (_, s) => s))
    expect(segments[1]!.loss).toBeCloseTo(1 / 2, 10)
    expect(told.length).toBeGreaterThanOrEqual(4)
    expect(new Set(told)).toEqual(new Set([id]))
  })

  it('are kept when stopped, also over a restart, and go on from there', async () => {
    const id = newRun('testing-hrm')
    before = async () => void (asked.length === 1 && (await ask('inside.stop', { id })))
    await ask('inside.score', { id })
    expect(await ask('inside.segments', { id })).toMatchObject({ going: true })
    await ended(id)
    open()
    expect(await ask('inside.segments', { id })).toMatchObject({ scored: 8, secondsLeft: 3, problem: null })
    await ask('inside.score', { id })
    await ended(id)
    expect(places().sort((a, b) => a - b)).toEqual(EVERY_PLACE)
  })

  it('rest beside a training, until they are stopped', async () => {
    const id = newRun('testing-hrm')
    training = true
    await ask('inside.score', { id })
    await vi.waitFor(async () => expect(await ask('inside.segments', { id })).toMatchObject({ scored: 8, going: true }))
    // 12 images of 1/4 s each, and three times as long at rest.
    expect((await ask('inside.segments', { id })).secondsLeft).toBe(12)
    await ask('inside.stop', { id })
    await ended(id)
    expect(asked).toHaveLength(1)
  })

  it('are begun anew for newer weights, and where their file is damaged', async () => {
    const id = newRun('testing-hrm')
    await ask('inside.score', { id })
    await ended(id)
    const folder = lab.runs.folder(lab.store.runs.get(id))
    expect(readdirSync(folder)).toContain('segment-scores.json')
    const whole = readFileSync(join(folder, 'segment-scores.json'), 'utf8')
    writeFileSync(join(folder, 'segment-scores.json'), whole.slice(0, 40))
    expect(await ask('inside.segments', { id })).toMatchObject({ scored: 0 })
    writeFileSync(join(folder, 'segment-scores.json'), whole)
    expect(await ask('inside.segments', { id })).toMatchObject({ scored: IMAGES })
    checkpoint(id, 8)
    expect(await ask('inside.segments', { id })).toMatchObject({ scored: 0, checkpoint: { step: 8 } })
  })

  it('say what ended them: the engine’s words, or that the weights were replaced meanwhile', async () => {
    const id = newRun('testing-hrm')
    const weights = checkpoint(id, 8)
    before = () => Promise.reject(new LabError('engine', 'The engine process ended.', 'Start it again.'))
    await ask('inside.score', { id })
    await ended(id)
    expect(await ask('inside.segments', { id })).toMatchObject({
      problem: { message: 'The engine process ended.', hint: 'Start it again.' },
    })
    before = async () => {
      rmSync(weights)
      throw new LabError('not-found', 'There is no such file.')
    }
    await ask('inside.score', { id })
    await ended(id)
    expect((await ask('inside.segments', { id })).problem?.message).toContain('has trained on')
  })

  it('are expected to take as long as the run’s own evaluation, for all segments and on one thread', async () => {
    const id = newRun('testing-hrm')
    lab.store.runs.setEngine(id, { ...engineInfo, threads: 2 })
    const evaluation = { ...exampleEvaluation('test', 0.5), images: 4, seconds: 1 }
    lab.store.epochs.insert(id, { epoch: 0, trainLoss: 1, trainAccuracy: 0.5, trainSeconds: 2 })
    lab.store.evaluations.insert(id, 0, evaluation, exampleConfusion)
    // 20 images of 1/4 s each, 8 times the segments, half the threads.
    expect((await ask('inside.segments', { id })).secondsLeft).toBe(80)
    lab.store.runs.setEngine(id, { ...engineInfo, device: 'NVIDIA H100' })
    expect((await ask('inside.segments', { id })).secondsLeft).toBeNull()
  })

  it('are of models that go through segments', async () => {
    const id = newRun('testing-cnn')
    await expect(ask('inside.segments', { id })).rejects.toThrow('answers at once, not segment by segment')
    await expect(ask('inside.score', { id })).rejects.toThrow(LabError)
    await expect(ask('inside.score', { id: newRun('testing-hrm', []) })).rejects.toThrow('has no checkpoint')
  })
})

import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { contract, type RequestArguments, type RequestResult } from '../../../shared/contract/contract'
import type { LabEvent } from '../../../shared/contract/events'
import type { imageRequests } from '../../../shared/contract/images'
import { anyImage, type ImageQuery } from '../../../shared/images/query'
import { confusionMatrix } from '../../../shared/metrics/confusion'
import { exampleEvaluation, newRun, temporaryFolder } from '../../store/testing/fixtures'
import { EventBus } from '../contract/event-bus'
import { Lab } from '../lab'
import { imageHandlers } from './handlers'

type Name = keyof typeof imageRequests

/** Of the four test images of the fixture's data set; K = 4. */
const TRUTH = [0, 1, 2, 2]
/** Rows of the last epoch: image 1 is taken for class 3, image 3 for class 0. */
const PROBABILITIES = [0.7, 0.1, 0.1, 0.1, 0.1, 0.3, 0.1, 0.5, 0.05, 0.05, 0.85, 0.05, 0.45, 0.1, 0.4, 0.05]

let lab: Lab
let id: string
let told: LabEvent[]
let events: EventBus
let handlers: ReturnType<typeof imageHandlers>

beforeEach(() => {
  lab = Lab.open({ home: temporaryFolder() })
  id = newRun(lab.store)
  const folder = join(lab.home.dataSets, 'digits')
  mkdirSync(folder)
  const labels = Uint16Array.of(0, 0, 0, 0, 0, 0, 0, 0, ...TRUTH)
  writeFileSync(join(folder, 'labels.u16'), Buffer.from(labels.buffer))
  writeFileSync(join(folder, 'images.u8'), Buffer.alloc(12 * 64))
  const names = Array.from({ length: 12 }, (_, image) => ({ name: `b/Photo ${image}.png`, sha256: `${image}` }))
  writeFileSync(join(folder, 'index.json'), JSON.stringify(names))
  told = []
  events = new EventBus()
  events.subscribe(({ events: batch }) => told.push(...batch))
  const side = { ask: () => Promise.reject(new Error('no engine here')) }
  handlers = imageHandlers({ lab, side, previews: { add: () => 'token' }, events })
  evaluate(0, [1, 1, 1, 1], null)
  evaluate(1, [0, 3, 2, 0], Float32Array.from(PROBABILITIES))
})
afterEach(() => lab.close())

function evaluate(epoch: number, predicted: number[], probabilities: Float32Array | null): void {
  lab.store.epochs.insert(id, { epoch, trainLoss: 1, trainAccuracy: 0.5, trainSeconds: 2 })
  const confidence = Float32Array.from(predicted, (label, i) => probabilities?.[i * 4 + label] ?? 0.25)
  const made = { ...exampleEvaluation('test', 0.5), predicted: Uint16Array.from(predicted), confidence, probabilities }
  lab.store.evaluations.insert(id, epoch, made, confusionMatrix(TRUTH, predicted, 4))
}

/** Asks as a window does: the reply fits the contract and survives JSON. */
async function ask<N extends Name>(name: N, given: RequestArguments<N>): Promise<RequestResult<N>> {
  const handler = handlers[name] as (given: RequestArguments<N>) => RequestResult<N> | Promise<RequestResult<N>>
  const value = await handler(contract[name].arguments.parse(given) as RequestArguments<N>)
  expect(JSON.parse(JSON.stringify(value))).toEqual(value)
  return contract[name].result.parse(value) as RequestResult<N>
}

const bytes = (base64: string): ArrayBuffer => new Uint8Array(Buffer.from(base64, 'base64')).buffer
const last = { part: 'test', epoch: 2 } as const
async function find(query: Partial<ImageQuery>, epoch = 2): Promise<number[]> {
  const { indices } = await ask('images.find', { id, ...last, epoch, query: { ...anyImage, ...query } as never })
  return [...new Uint32Array(bytes(indices))]
}

it('tells a part of a run’s data and its evaluations', async () => {
  const part = await ask('images.part', { id, part: 'test' })
  expect(part).toMatchObject({
    ...{ dataSet: { id: 'digits' }, offset: 8, images: 4, height: 8, imagesHere: true, classes: ['a', 'b', 'c', 'd'] },
    evaluations: [
      { epoch: 1, probabilities: false },
      { epoch: 2, probabilities: true },
    ],
    parts: [
      { part: 'train', images: 8, evaluated: false },
      { part: 'test', images: 4, evaluated: true },
    ],
  })
  expect([...new Uint16Array(bytes(part.truth))]).toEqual(TRUTH)
  const { predicted, confidence } = await ask('images.predictions', { id, ...last })
  expect([...new Uint16Array(bytes(predicted))]).toEqual([0, 3, 2, 0])
  expect(new Float32Array(bytes(confidence))[2]).toBeCloseTo(0.85)
})

it('finds images by what is right, by class, by cell and by name', async () => {
  expect(await find({})).toEqual([0, 1, 2, 3])
  expect(await find({ descending: true })).toEqual([3, 2, 1, 0])
  expect(await find({ show: 'wrong' })).toEqual([1, 3])
  expect(await find({ show: 'wrong' }, 1)).toEqual([0, 2, 3])
  expect(await find({ show: 'right', truth: [2] })).toEqual([2])
  expect(await find({ predicted: [0] })).toEqual([0, 3])
  expect(await find({ cells: [[1, 3], [2, 0]] })).toEqual([1, 3]) // prettier-ignore
  expect(await find({ search: 'PHOTO 10' })).toEqual([2])
})

it('sorts by confidence, margin and loss', async () => {
  expect(await find({ sort: 'confidence' })).toEqual([3, 1, 0, 2])
  expect(await find({ sort: 'margin' })).toEqual([3, 1, 0, 2])
  expect(await find({ sort: 'loss', descending: true })).toEqual([1, 3, 0, 2])
  expect(await find({ sort: 'confidence', descending: true, show: 'wrong' })).toEqual([1, 3])
  await expect(find({ sort: 'loss' }, 1)).rejects.toThrow('kept of the last evaluation')
})

it('tells all that runs say of an image', async () => {
  const other = newRun(lab.store)
  lab.store.epochs.insert(other, { epoch: 0, trainLoss: 1, trainAccuracy: 0.5, trainSeconds: 2 })
  const predicted = Uint16Array.of(2, 2, 2, 2)
  const evaluation = { ...exampleEvaluation('test', 0.5), predicted, confidence: new Float32Array(4).fill(0.5) }
  lab.store.evaluations.insert(other, 0, evaluation, confusionMatrix(TRUTH, predicted, 4))
  const seen = await ask('images.one', { id, ...last, index: 3 })
  expect(seen).toMatchObject({
    ...{ image: 11, truth: 2, keptEpoch: 2, marks: [] },
    epochs: [
      { epoch: 1, predicted: 1 },
      { epoch: 2, predicted: 0 },
    ],
    others: [{ id: other, epoch: 1, predicted: 2, confidence: 0.5 }],
  })
  expect(seen.probabilities!.ranked.map(({ label }) => label)).toEqual([0, 2, 1, 3])
  expect(seen.probabilities!.margin).toBeCloseTo(0.05)
  expect(seen.probabilities!.loss).toBeCloseTo(-Math.log(0.4))
  expect((await ask('images.one', { id, ...last, epoch: 1, index: 3 })).probabilities).toBeNull()
  await expect(ask('images.one', { id, ...last, index: 4 })).rejects.toThrow('has 4 test images, none at 4')
})

it('keeps what a person says of an image, and gives it as CSV', async () => {
  const say = (image: number, tag: string, marked = true) => ask('marks.set', { dataSet: 'digits', image, tag, marked })
  await say(11, '=label, wrong')
  await say(8, 'blurred')
  await say(8, 'blurred')
  await say(9, 'taken back')
  await say(9, 'taken back', false)
  const { marks } = await ask('marks.list', { id: 'digits' })
  expect(marks.map(({ image, index, part, tag }) => [image, index, part, tag])).toEqual([
    [8, 0, 'test', 'blurred'],
    [11, 3, 'test', '=label, wrong'],
  ])
  expect(await find({ tag: '' })).toEqual([0, 3])
  expect(await find({ tag: 'blurred' })).toEqual([0])
  expect((await ask('images.one', { id, ...last, index: 0 })).marks).toEqual(['blurred'])
  const { name, text } = await ask('marks.csv', { id: 'digits' })
  expect(name).toBe('digits-marks.csv')
  expect(text.split('\r\n')[2]).toMatch(/^11,test,b\/Photo 11\.png,c,"'=label, wrong",/)
  events.flush()
  expect(told).toContainEqual({ kind: 'marks', dataSet: 'digits' })
  await expect(say(12, 'x')).rejects.toThrow('no image 12')
})

it('says why there is nothing to be seen', async () => {
  await expect(find({}, 3)).rejects.toThrow('no predictions of the test images after epoch 3')
  rmSync(join(lab.home.dataSets, 'digits'), { recursive: true })
  lab.close()
  lab = Lab.open({ home: lab.home.folder })
  handlers = imageHandlers({
    lab,
    side: { ask: () => Promise.reject() },
    previews: { add: () => '' },
    events: new EventBus(),
  })
  await expect(find({})).rejects.toThrow('are gone')
})

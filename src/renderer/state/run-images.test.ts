import { describe, expect, it, vi } from 'vitest'
import { imageAnswers } from '../dev/demo-images'
import { sampleRun } from '../dev/samples'
import { unpackU32 } from '../../shared/images/packed'
import { FakeClient } from '../transport/fake'
import { Lab } from './lab.svelte'
import { placeOf, readTileFacts, tileName } from './part-images'
import { RunImages } from './run-images.svelte'

const run = sampleRun(1, { epochs: 3, preset: 'cnn-mnist' })
const other = sampleRun(2, { epochs: 1, preset: 'cnn-mnist' })

function open() {
  const fake = new FakeClient(
    imageAnswers(
      () => [run, other],
      (event) => fake.emit(event),
    ),
  )
  const lab = new Lab(fake)
  return { fake, lab, images: new RunImages(lab, run.id) }
}

describe('the choice of a run’s images', () => {
  it('looks at the newest evaluation until another is chosen, and follows a run that goes on', async () => {
    const { fake, images } = open()
    expect([images.evaluation, images.label]).toEqual([null, 'Wrong images'])
    images.sync()
    await vi.waitFor(() => expect(images.evaluation?.epoch).toBe(3))
    const now = { ...run, epochs: 4 }
    fake.answers['images.part'] = imageAnswers(
      () => [now],
      () => undefined,
    )['images.part']!
    images.sync()
    await vi.waitFor(() => expect(images.evaluation?.epoch).toBe(4))
    images.chosenEpoch = 2
    expect(images.evaluation).toMatchObject({ epoch: 2, probabilities: false })
    images.chosenEpoch = 9
    expect(images.evaluation?.epoch).toBe(4)
  })

  it('asks for what is chosen, and by confidence where an order needs probabilities that are not kept', async () => {
    const { images } = open()
    images.sync()
    await vi.waitFor(() => expect(images.about).not.toBeNull())
    Object.assign(images, { show: 'all', truth: 3, search: 'img', marked: true, sort: 'loss', descending: false })
    expect(images.query).toEqual({
      ...{ show: 'all', truth: [3], predicted: null, cells: null, search: 'img', tag: '' },
      ...{ sort: 'loss', descending: false },
    })
    images.chosenEpoch = 1
    images.predicted = 5
    expect(images.query).toMatchObject({ sort: 'confidence', predicted: [5] })
    expect(images.label).toBe('All images, true 3, predicted 5')
  })

  it('takes no answer for a part that is no longer chosen, and tells why there is none', async () => {
    const { fake, images } = open()
    const answers: (() => void)[] = []
    const part = fake.answers['images.part']!
    fake.answers['images.part'] = async (asked) => {
      await new Promise<void>((go) => answers.push(go))
      return { ...(await part(asked)), part: asked.part }
    }
    images.sync()
    images.part = 'validation'
    images.sync()
    answers[0]!()
    await vi.waitFor(() => expect(answers).toHaveLength(2))
    expect(images.about).toBeNull()
    answers[1]!()
    await vi.waitFor(() => expect(images.about?.part).toBe('validation'))
    delete fake.answers['images.part']
    images.sync()
    await vi.waitFor(() => expect(images.problem?.message).toContain('images.part'))
    expect(images.about).toBeNull()
  })

  it('hands out the marks of the data set once that is known', async () => {
    const { lab, images } = open()
    expect(await images.marksFile()).toBeNull()
    images.sync()
    await vi.waitFor(() => expect(images.about).not.toBeNull())
    await lab.client.request('marks.set', { dataSet: run.dataSet, image: 60_012, tag: 'label is wrong', marked: true })
    const file = await images.marksFile()
    expect(file).toMatchObject({
      name: 'mnist-marks.csv',
      text: expect.stringContaining('60012,test,2/12.png,2,label'),
    })
    const found = await lab.client.request('images.find', {
      ...{ id: run.id, part: 'test', epoch: 3 },
      query: {
        ...{ show: 'all', truth: null, predicted: null, cells: null, search: '' },
        ...{ tag: '', sort: 'order', descending: false },
      },
    })
    expect([...unpackU32(found.indices)]).toEqual([12])
  })
})

describe('what tiles are drawn from', () => {
  it('holds each run’s answers, and says them of an image', async () => {
    const { lab } = open()
    const runs = [
      { id: run.id, epoch: 3, name: 'A' },
      { id: other.id, epoch: 1, name: 'B' },
    ]
    const facts = await readTileFacts(lab, 'test', runs)
    expect(facts.truth.subarray(0, 4)).toEqual(Uint16Array.of(0, 1, 2, 3))
    expect(facts.predictions).toHaveLength(2)
    const seen = await lab.client.request('images.one', { id: run.id, part: 'test', epoch: 3, index: 42 })
    const answer = seen.epochs.at(-1)!
    expect([facts.predictions[0]!.predicted[42], facts.predictions[0]!.confidence[42]]).toEqual([
      ...[answer.predicted, answer.confidence],
    ])
    const [percent, others] = facts.predictions.map(({ confidence }) => Math.round(100 * confidence[42]!))
    const [a, b] = facts.predictions.map(({ predicted }) => predicted[42])
    expect(tileName(facts, runs, 42)).toBe(
      `image 42, true 2, A predicted ${a}, ${percent} %, B predicted ${b}, ${others} %`,
    )
    const alone = { ...facts, predictions: facts.predictions.slice(0, 1) }
    expect(tileName(alone, runs.slice(0, 1), 42)).toBe(`image 42, true 2, predicted ${a}, ${percent} %`)
  })

  it('finds an image in a list, or that it has left it', () => {
    expect(placeOf(Uint32Array.of(7, 3, 9), 9)).toBe(2)
    expect(placeOf([7, 3], 9)).toBe(-1)
  })
})

import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Configuration } from '../../../shared/experiment/configuration'
import type { HrmModel } from '../../../shared/experiment/models/hrm'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import type { ClassMapInside, RecurrenceInside } from '../../../shared/inside/inside'
import { loadBackend } from '../backends/load'
import { type Tensor3D, type Tensor4D, tf } from '../backends/tf'
import { openDataSet } from '../data/open'
import { linear } from '../layers/linear'
import { rotaryNaive, tokenAngles } from '../layers/rotary'
import { createEagerLearner } from '../models/registry'
import { type Named, reference } from '../models/reference'
import type { EngineRequest } from '../protocol'
import { relativeError } from '../testing'
import { temporaryFolder, tinyInput, writeDataSet } from '../testing/data-set'
import { evaluate } from '../training/evaluation'
import { writeSafetensors } from '../training/safetensors'
import { BatchMaker } from '../data/batches'
import { Inspector } from './inspector'

type Inspect = Extract<EngineRequest, { kind: 'inspect' }>

const TEST_IMAGES = 5
/** As many as are looked at where nothing else is asked. */
const SEGMENTS = 4
let dataSetFolder: string
beforeAll(async () => {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
  dataSetFolder = writeDataSet({ train: 8, validation: 0, test: TEST_IMAGES })
})

let inspector: Inspector
beforeEach(() => {
  inspector = new Inspector()
})

/** A preset's learner with its first weights, those in a file, and how to look at test image `index`. */
function setUp(preset: string, change: Partial<HrmModel> = {}) {
  const made = presetConfiguration(presets.find(({ name }) => name === preset)!)
  const configuration = { ...made, model: { ...made.model, ...change } } as Configuration
  const learner = createEagerLearner(configuration, tinyInput)
  const weights = join(temporaryFolder(), 'weights.safetensors')
  writeSafetensors(weights, learner.exportWeights(), {})
  const looked = { weights, configuration, dataSetFolder }
  const request = (index: number): Inspect => ({
    ...{ kind: 'inspect', ...looked, image: { part: 'test', index }, segments: SEGMENTS },
  })
  return { configuration, learner, looked, request }
}

const testEvaluation = async ({ learner }: ReturnType<typeof setUp>) => {
  const options = { batch: 4, probabilities: true, between: async () => true }
  const dataSet = openDataSet(dataSetFolder)
  return (await evaluate(learner, dataSet, 'test', options))!
}

/** One test image, standardised [1,H,W,C]. */
const testImage = (index: number): Tensor4D =>
  new BatchMaker(openDataSet(dataSetFolder)).make(Uint32Array.of(8 + index)).images

describe.each(['testing-hrm', 'testing-hrm-stem'])('%s', (preset) => {
  it('answers after M_eval segments as an evaluation does, and frees every tensor', async () => {
    const world = setUp(preset)
    const { segmentsEval } = world.configuration.model as HrmModel
    const { probabilities } = await testEvaluation(world)
    const before = tf.memory().numTensors
    for (const index of [0, TEST_IMAGES - 1]) {
      const inside = inspector.inspectImage(world.request(index)) as RecurrenceInside
      expect(inside).toMatchObject({ kind: 'recurrence', classes: 4, segments: SEGMENTS, answer: segmentsEval })
      const answer = inside.probabilities.subarray((segmentsEval - 1) * 4, segmentsEval * 4)
      expect(relativeError(answer, probabilities!.subarray(index * 4, (index + 1) * 4))).toBeLessThan(1e-5)
    }
    inspector.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  it('shows attention that sums to 1, for each module, layer, head and segment', () => {
    const { attention, shape, moves, steps } = inspector.inspectImage(setUp(preset).request(1)) as RecurrenceInside
    const tokens = 1 + shape.rows * shape.columns
    expect(shape).toEqual({ layers: 1, heads: 2, rows: 2, columns: 2 })
    expect(attention).toHaveLength(SEGMENTS * 2 * 1 * 2 * tokens)
    for (let at = 0; at < attention.length; at += tokens)
      expect(attention.subarray(at, at + tokens).reduce((sum, x) => sum + x)).toBeCloseTo(1, 5)
    expect(steps).toEqual({ low: 4, high: 2 })
    expect([moves.low.length, moves.high.length]).toEqual([SEGMENTS * 4, SEGMENTS * 2])
  })

  it('is as right after M_eval segments as an evaluation, over all images', async () => {
    const world = setUp(preset)
    const { segmentsEval } = world.configuration.model as HrmModel
    const { accuracy, loss } = await testEvaluation(world)
    const images = Uint32Array.from({ length: TEST_IMAGES }, (_, i) => i)
    const before = tf.memory().numTensors
    const scores = inspector.scoreSegments({
      kind: 'score-segments',
      ...world.looked,
      part: 'test',
      images,
      segments: SEGMENTS,
    })
    inspector.dispose()
    expect(tf.memory().numTensors).toBe(before)
    expect(scores.correct).toHaveLength(SEGMENTS)
    expect(scores.correct[segmentsEval - 1]! / TEST_IMAGES).toBe(accuracy)
    expect(scores.loss[segmentsEval - 1]! / TEST_IMAGES).toBeCloseTo(loss, 5)
  })
})

describe('beside the paper’s text', () => {
  const world = () => {
    const made = setUp('testing-hrm', { layersPerModule: 2 })
    const model = made.configuration.model as HrmModel
    const named: Named = new Map(
      made.learner.exportWeights().map(({ name, data, shape }) => [name, tf.tensor(data, [...shape])]),
    )
    const start = { high: named.get('z0.high') as Tensor3D, low: named.get('z0.low') as Tensor3D }
    return { ...made, model, named, start, ...reference(model, testImage(3)) }
  }

  it('carries the state through the segments, and tells how far it moves', () => {
    const { request, named, start, early, last, model } = world()
    const inside = inspector.inspectImage(request(3)) as RecurrenceInside
    const { lowSteps: T, highCycles: N } = model
    let states = start
    for (let segment = 0; segment < SEGMENTS; segment++) {
      const before = early(named, states)
      const end = last(named, before)
      const shown = inside.probabilities.subarray(segment * 4, (segment + 1) * 4)
      expect(relativeError(shown, tf.softmax(end.logits).dataSync())).toBeLessThan(1e-5)
      const moved = (from: Tensor3D, to: Tensor3D): number =>
        tf.div(tf.norm(tf.sub(to, from)), tf.norm(from)).dataSync()[0]!
      expect(inside.moves.low[(segment + 1) * N * T - 1]).toBeCloseTo(moved(before.low, end.low), 5)
      expect(inside.moves.high[(segment + 1) * N - 1]).toBeCloseTo(moved(before.high, end.high), 5)
      states = end
    }
  })

  it('shows what CLS attends to in the last step of a segment', () => {
    const { request, named, start, early, last } = world()
    const { attention } = inspector.inspectImage(request(3)) as RecurrenceInside
    const before = early(named, start)
    const x = tf.add(before.high, last(named, before).low) // what the last high step's first block reads
    const headsFirst = (part: 0 | 1): Tensor4D => {
      const whole = tf.split(linear(x, named.get('high.0.attention.qkv')!), 3, -1)[part]!
      return tf.transpose(
        rotaryNaive(tf.reshape(whole, [1, 5, 2, 8]) as Tensor4D, tokenAngles(5, 8, 10_000)),
        [0, 2, 1, 3],
      )
    }
    const scores = tf.div(tf.matMul(headsFirst(0), headsFirst(1), false, true), Math.sqrt(8))
    const cls = tf.slice(tf.softmax(scores), [0, 0, 0, 0], [1, 2, 1, 5]).dataSync()
    // Segment 0, module 1 (high), layer 0: after the low module's two layers of 2 heads · 5 tokens.
    expect(relativeError(attention.subarray(2 * 2 * 5, 2 * 2 * 5 + 2 * 5), cls)).toBeLessThan(1e-5)
  })
})

it('tells at which segment an evaluation takes its answer where the ACT head may halt before M_eval', async () => {
  const world = setUp('testing-hrm', { act: true, segmentsEval: SEGMENTS })
  const { probabilities } = await testEvaluation(world)
  for (const index of [0, 1, 2]) {
    const inside = inspector.inspectImage(world.request(index)) as RecurrenceInside
    const answer = inside.probabilities.subarray((inside.answer - 1) * 4, inside.answer * 4)
    expect(relativeError(answer, probabilities!.subarray(index * 4, (index + 1) * 4))).toBeLessThan(1e-5)
  }
})

it('looks through all segments of a run that evaluates more than were asked for', () => {
  const { request } = setUp('testing-hrm', { segmentsEval: SEGMENTS + 1 })
  expect(inspector.inspectImage(request(0))).toMatchObject({ segments: SEGMENTS + 1, answer: SEGMENTS + 1 })
})

describe('testing-cnn', () => {
  it('has class maps whose means are the logits', async () => {
    const world = setUp('testing-cnn')
    const { probabilities } = await testEvaluation(world)
    const before = tf.memory().numTensors
    const inside = inspector.inspectImage(world.request(2)) as ClassMapInside
    inspector.dispose()
    expect(tf.memory().numTensors).toBe(before)
    expect(inside).toMatchObject({ kind: 'class-map', classes: 4, rows: 2, columns: 2 })
    const logits = tf.mean(tf.tensor3d(inside.maps, [4, 2, 2]), [1, 2])
    const expected = probabilities!.subarray(2 * 4, 3 * 4)
    expect(relativeError(tf.softmax(logits).dataSync(), expected)).toBeLessThan(1e-5)
    expect(relativeError(inside.probabilities, expected)).toBeLessThan(1e-5)
  })
})

describe('a request', () => {
  it('takes raw pixels as well, and refuses those of another size', () => {
    const { request } = setUp('testing-cnn')
    const pixels = new Uint8Array(64)
    const dataSet = openDataSet(dataSetFolder)
    dataSet.copyImage(8 + 4, pixels, 0)
    expect(inspector.inspectImage({ ...request(4), image: { pixels } })).toEqual(inspector.inspectImage(request(4)))
    const fewer = { ...request(4), image: { pixels: pixels.subarray(1) } }
    expect(() => inspector.inspectImage(fewer)).toThrow('63 bytes are not an image of 8 × 8 × 1')
  })

  it('finds the model of the look before with its own weights, and a right one after a refusal', () => {
    const [one, other] = [setUp('testing-hrm'), setUp('testing-hrm')]
    other.learner.importWeights(one.learner.exportWeights().map((t) => ({ ...t, data: t.data.map((x) => x * 1.1) })))
    writeSafetensors(other.looked.weights, other.learner.exportWeights(), {})
    const [first, second] = [one, other].map(({ request }) => inspector.inspectImage(request(0)))
    expect(second!.probabilities).not.toEqual(first!.probabilities)
    const odd = setUp('testing-hrm', { width: 8 })
    expect(() => inspector.inspectImage({ ...one.request(0), weights: odd.looked.weights })).toThrow('shape')
    expect(inspector.inspectImage(one.request(0))).toEqual(first)
    expect(inspector.inspectImage(odd.request(0))).toEqual(new Inspector().inspectImage(odd.request(0)))
  })

  it('names what is not there, and frees what it had opened', () => {
    const { request } = setUp('testing-hrm')
    const others = setUp('testing-hrm', { width: 8 })
    const before = tf.memory().numTensors
    expect(() => inspector.inspectImage(request(TEST_IMAGES))).toThrow('has 5 test images: there is no image 5')
    expect(() => inspector.inspectImage({ ...request(0), weights: '/nowhere.safetensors' })).toThrow(
      '/nowhere.safetensors',
    )
    expect(() => inspector.inspectImage({ ...request(0), dataSetFolder: '/nowhere' })).toThrow('There is no data set')
    expect(() => inspector.inspectImage({ ...request(0), weights: others.looked.weights })).toThrow('shape')
    inspector.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })
})

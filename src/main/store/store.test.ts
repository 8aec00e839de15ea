import { describe, expect, it } from 'vitest'
import { LabError } from '../../shared/errors'
import { presetConfiguration, presets } from '../../shared/experiment/presets'
import { openStore } from './store'
import {
  exampleConfusion,
  exampleEvaluation,
  exampleSteps,
  importReport,
  manifest,
  newRun,
  temporaryFile,
} from './testing/fixtures'

const errorOf = (work: () => unknown): LabError => {
  try {
    work()
  } catch (error) {
    if (error instanceof LabError) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}

const fresh = () => openStore(temporaryFile())

describe('data sets', () => {
  it('keep manifest, report and place', () => {
    const store = fresh()
    const report = { ...importReport, imbalance: Infinity }
    store.dataSets.insert({ id: 'digits', folder: 'datasets/digits', manifest: manifest(), report })
    const row = store.dataSets.get('digits')
    expect(row).toMatchObject({
      name: 'digits',
      folder: 'datasets/digits',
      manifest: manifest(),
      report,
      trashed: null,
    })
    expect(store.dataSets.findByHash(manifest().hash)).toEqual(row)
    expect(store.dataSets.findByHash('1'.repeat(64))).toBeNull()
    store.close()
  })

  it('are found by name and by the beginning of their id; what fits several is refused', () => {
    const store = fresh()
    const add = (id: string, name: string, digit: string) =>
      store.dataSets.insert({ id, folder: id, manifest: manifest(name, digit.repeat(64)), report: importReport })
    add('mnist-1', 'MNIST', '1')
    add('mnist-2', 'cut', '2')
    add('photos', 'photos', '3')
    expect(store.dataSets.get('MNIST').id).toBe('mnist-1')
    expect(store.dataSets.get('ph').id).toBe('photos')
    expect(errorOf(() => store.dataSets.get('mn'))).toMatchObject({ kind: 'bad-input' })
    expect(errorOf(() => store.dataSets.get('cats'))).toMatchObject({ kind: 'not-found' })
    store.dataSets.rename('photos', 'cats')
    expect(store.dataSets.get('cats').id).toBe('photos')
    store.close()
  })

  it('go to the trash and come back, and are not forgotten while runs need them', () => {
    const store = fresh()
    const run = newRun(store)
    store.dataSets.trash('digits')
    expect(store.dataSets.list()).toEqual([])
    expect(store.dataSets.list({ trashed: true })).toHaveLength(1)
    expect(errorOf(() => store.dataSets.get('dig')).kind).toBe('not-found')
    store.dataSets.restore('digits')
    expect(store.dataSets.list()).toHaveLength(1)
    expect(errorOf(() => store.dataSets.remove('digits')).message).toContain('1 runs')
    expect(errorOf(() => store.dataSets.trash('none')).kind).toBe('not-found')
    store.runs.remove(run)
    store.dataSets.remove('digits')
    expect(store.dataSets.findByHash(manifest().hash)).toBeNull()
    store.close()
  })
})

describe('experiments', () => {
  it('keep their configuration', () => {
    const store = fresh()
    newRun(store)
    const configuration = presetConfiguration(presets[1]!)
    const id = store.experiments.insert({ name: 'mine', configuration, dataSet: 'digits' })
    expect(store.experiments.get(id)).toMatchObject({ name: 'mine', preset: presets[1]!.name, configuration })
    expect(errorOf(() => store.experiments.get(99)).kind).toBe('not-found')
    store.close()
  })

  it('need a data set that is there', () => {
    const store = fresh()
    const configuration = presetConfiguration(presets[0]!)
    expect(() => store.experiments.insert({ name: 'x', configuration, dataSet: 'none' })).toThrow(/FOREIGN KEY/)
    store.close()
  })
})

describe('runs', () => {
  it('are numbered, named and found', () => {
    const store = fresh()
    const ids = ['HRM on MNIST!', 'testing-cnn', 'testing-cnn'].map((name) => newRun(store, name))
    expect(ids).toEqual(['0001-hrm-on-mnist', '0002-testing-cnn', '0003-testing-cnn'])
    expect(store.runs.get('3').id).toBe(ids[2])
    expect(store.runs.get('0003').id).toBe(ids[2])
    expect(store.runs.get('0002-t').id).toBe(ids[1])
    expect(store.runs.get('HRM on MNIST!').id).toBe(ids[0])
    expect(errorOf(() => store.runs.get('testing-cnn')).message).toContain('0002-testing-cnn, 0003-testing-cnn')
    expect(errorOf(() => store.runs.get('7')).kind).toBe('not-found')
    expect(errorOf(() => store.runs.get('')).kind).toBe('not-found')
    expect(errorOf(() => store.runs.setState('none', 'running')).kind).toBe('not-found')
    store.close()
  })

  it('never take the number of one that was deleted', () => {
    const store = fresh()
    store.runs.remove(newRun(store))
    expect(newRun(store)).toBe('0002-testing-cnn')
    store.close()
  })

  it('keep all that made them', () => {
    const store = fresh()
    const id = newRun(store)
    const engine = {
      backend: 'cpu',
      device: 'CPU',
      tensorflow: null,
      tfjs: '4.22.0',
      node: '24.0.0',
      threads: 2,
    } as const
    store.runs.setEngine(id, engine)
    store.runs.setNotes(id, 'first try')
    store.runs.setTags(id, ['paper', 'ünï'])
    expect(store.runs.get(id)).toMatchObject({
      number: 1,
      name: 'testing-cnn',
      preset: 'testing-cnn',
      dataSet: 'digits',
      dataSetName: 'digits',
      dataHash: manifest().hash,
      seed: 42,
      state: 'queued',
      engine,
      labVersion: '0.1.0',
      gitCommit: 'abc1234',
      notes: 'first try',
      tags: ['paper', 'ünï'],
      epochs: 0,
    })
    store.close()
  })

  it('note start and end once, and forget the end when resumed', () => {
    const store = fresh()
    const id = newRun(store)
    store.runs.setState(id, 'running')
    const { started } = store.runs.get(id)
    expect(started).toBeTypeOf('number')
    store.runs.setState(id, 'failed', 'The loss is not finite at step 7.', 12.5)
    expect(store.runs.get(id)).toMatchObject({ state: 'failed', message: 'The loss is not finite at step 7.', started })
    expect(store.runs.get(id).ended).toBeGreaterThanOrEqual(started!)
    store.runs.setState(id, 'running')
    expect(store.runs.get(id)).toMatchObject({ started, ended: null, message: null, trainSeconds: 12.5 })
    store.close()
  })

  it('go to the trash and come back; deleted they leave nothing', () => {
    const store = fresh()
    const id = newRun(store)
    store.steps.append(id, exampleSteps(0, 5000))
    store.evaluations.insert(id, 0, exampleEvaluation('test', 0.5), exampleConfusion)
    store.log.append(id, 'info', 'hello')
    store.runs.trash(id)
    expect(store.runs.list()).toEqual([])
    expect(store.runs.list({ trashed: true })).toHaveLength(1)
    store.runs.restore(id)
    expect(store.runs.list()).toHaveLength(1)
    store.runs.remove(id)
    expect(store.runs.list()).toEqual([])
    expect(store.evaluations.bests().size).toBe(0)
    store.close()
  })

  it('that were running when the lab ended are interrupted, others as they were', () => {
    const file = temporaryFile()
    const before = openStore(file)
    const [running, paused] = [newRun(before), newRun(before)]
    before.runs.setState(running, 'running')
    before.runs.setState(paused, 'paused')
    before.close()
    const after = openStore(file)
    expect(after.runs.get(running).state).toBe('interrupted')
    expect(after.runs.get(paused).state).toBe('paused')
    expect(after.notices).toEqual([`Run ${running} was interrupted; it can be resumed.`])
    after.close()
  })
})

describe('what a run records', () => {
  it('epochs, with NaN for what was not measured', () => {
    const store = fresh()
    const id = newRun(store)
    const epochs = [
      { epoch: 0, trainLoss: 2.3, trainAccuracy: 0.1, trainSeconds: 9 },
      { epoch: 1, trainLoss: NaN, trainAccuracy: Infinity, trainSeconds: 8 },
    ]
    for (const epoch of epochs) store.epochs.insert(id, { ...epoch, trainSeconds: 0 })
    for (const epoch of epochs) store.epochs.insert(id, epoch)
    expect(store.epochs.list(id)).toEqual(epochs)
    expect(store.runs.get(id).epochs).toBe(2)
    store.close()
  })

  it('evaluations with predictions and confusion; probabilities of the last', () => {
    const store = fresh()
    const id = newRun(store)
    const first = exampleEvaluation('test', 0.25)
    const second = { ...first, accuracy: 0.75, probabilities: Float32Array.from({ length: 16 }, () => 0.125) }
    store.evaluations.insert(id, 0, first, exampleConfusion)
    store.evaluations.insert(id, 1, second, exampleConfusion)
    store.evaluations.insert(id, 2, { ...first, probabilities: null, loss: NaN }, exampleConfusion)
    expect(store.evaluations.list(id).map((row) => row.accuracy)).toEqual([0.25, 0.75, 0.25])
    expect(store.evaluations.list(id)[2]!.loss).toBeNaN()
    const { predicted, confidence } = first
    expect(store.evaluations.predictions(id, 0, 'test')).toEqual({ predicted, confidence })
    expect(store.evaluations.predictions(id, 0, 'train')).toBeNull()
    expect(store.evaluations.confusion(id, 0, 'test')).toEqual(exampleConfusion)
    const { probabilities } = second
    expect(store.evaluations.probabilities(id, 'test')).toEqual({ epoch: 1, probabilities })
    expect(store.evaluations.probabilities(id, 'validation')).toBeNull()
    store.close()
  })

  it('an evaluation once more takes the place of the first', () => {
    const store = fresh()
    const id = newRun(store)
    store.evaluations.insert(id, 0, exampleEvaluation('test', 0.25), exampleConfusion)
    const again = { ...exampleEvaluation('test', 0.5), predicted: Uint16Array.of(9, 9, 9, 9), probabilities: null }
    store.evaluations.insert(id, 0, again, exampleConfusion)
    expect(store.evaluations.list(id)).toHaveLength(1)
    expect(store.evaluations.predictions(id, 0, 'test')!.predicted).toEqual(again.predicted)
    expect(store.evaluations.probabilities(id, 'test')).toBeNull()
    store.close()
  })

  it('the best of each part and its epoch, the earliest of equals', () => {
    const store = fresh()
    const [id, other] = [newRun(store), newRun(store)]
    const accuracies = [0.25, 0.75, NaN, 0.75, 0.5]
    accuracies.forEach((a, epoch) =>
      store.evaluations.insert(id, epoch, exampleEvaluation('test', a), exampleConfusion),
    )
    store.evaluations.insert(id, 4, exampleEvaluation('train', 1), exampleConfusion)
    store.evaluations.insert(other, 0, exampleEvaluation('validation', 0), exampleConfusion)
    expect(store.evaluations.bests()).toEqual(
      new Map([
        [id, { test: { value: 0.75, epoch: 1 }, train: { value: 1, epoch: 4 } }],
        [other, { validation: { value: 0, epoch: 0 } }],
      ]),
    )
    store.close()
  })

  it('checkpoints, the last and the best', () => {
    const store = fresh()
    const id = newRun(store)
    expect(store.checkpoints.last(id)).toBeNull()
    for (const step of [10, 20, 30]) {
      store.checkpoints.insert(id, { file: `${step}.safetensors`, step, epoch: step / 10, bytes: 5 })
    }
    store.checkpoints.markBest(id, '10.safetensors')
    store.checkpoints.markBest(id, '20.safetensors')
    expect(store.checkpoints.best(id)).toMatchObject({
      file: '20.safetensors',
      step: 20,
      epoch: 2,
      bytes: 5,
      best: true,
    })
    expect(store.checkpoints.list(id).filter((c) => c.best)).toHaveLength(1)
    store.checkpoints.remove(id, '30.safetensors')
    expect(store.checkpoints.last(id)!.step).toBe(20)
    store.close()
  })

  it('log lines in order', () => {
    const store = fresh()
    const id = newRun(store)
    store.log.append(id, 'info', 'one')
    store.log.append(id, 'warning', 'two')
    expect(store.log.list(id)).toMatchObject([
      { level: 'info', message: 'one' },
      { level: 'warning', message: 'two' },
    ])
    store.close()
  })
})

describe('the queue, names and settings', () => {
  it('keep the order of runs that wait, and forget those that ended or lie in the trash', () => {
    const store = fresh()
    const ids = ['a', 'b', 'c', 'd'].map((name) => newRun(store, name))
    const order = () => store.runs.queue().map(({ name }) => name)
    expect(order()).toEqual([])
    for (const id of ids) store.runs.setQueuePosition(id, store.runs.nextQueuePosition())
    expect(order()).toEqual(['a', 'b', 'c', 'd'])
    const failing = [[ids[3]!, 0] as const, ['none', 1] as const]
    expect(errorOf(() => store.runs.setQueuePositions(failing)).kind).toBe('not-found')
    store.runs.setQueuePositions([[ids[2]!, 0]])
    store.runs.setQueuePosition(ids[1]!, null)
    expect(order()).toEqual(['c', 'a', 'd'])
    store.runs.setState(ids[0]!, 'failed')
    store.runs.trash(ids[3]!)
    expect(order()).toEqual(['c'])
    store.close()
  })

  it('renaming a run leaves its siblings and ids', () => {
    const store = fresh()
    const first = newRun(store)
    const { experiment } = store.runs.get(first)
    const second = store.runs.insert({ experiment, seed: 2, labVersion: '0', gitCommit: null }).id
    store.runs.rename(first, 'mine')
    expect(store.runs.get('mine')).toMatchObject({ id: first, name: 'mine' })
    expect(store.runs.get(second).name).toBe('testing-cnn')
    store.close()
  })

  it('settings are what was set last', () => {
    const store = fresh()
    expect(store.settings.get('x')).toBeNull()
    store.settings.set('x', { a: [1, null, 'é'] })
    store.settings.set('x', { a: [2] })
    store.settings.set('y', 1)
    store.settings.set('y', null)
    expect([store.settings.get('x'), store.settings.get('y')]).toEqual([{ a: [2] }, null])
    store.close()
  })

  it('accuracies of all runs by part and epoch, bit for bit, without what is no number', () => {
    const store = fresh()
    const [id, other] = [newRun(store), newRun(store)]
    const values = [1 / 3, NaN, 0.1 + 0.2, 0.9781000000000001]
    values.forEach((a, epoch) => store.evaluations.insert(id, epoch, exampleEvaluation('test', a), exampleConfusion))
    store.evaluations.insert(other, 2, exampleEvaluation('validation', 1), exampleConfusion)
    const test = [0, 2, 3].map((epoch) => ({ epoch, value: values[epoch]! }))
    const all = new Map([
      [id, { test }],
      [other, { validation: [{ epoch: 2, value: 1 }] }],
    ])
    expect(store.evaluations.accuracies()).toEqual(all)
    expect(store.evaluations.accuracies(id)).toEqual(new Map([[id, { test }]]))
    store.close()
  })
})

describe('rewind and transactions', () => {
  it('rewind to a checkpoint forgets all that came after it', () => {
    const store = fresh()
    const id = newRun(store)
    store.steps.append(id, exampleSteps(0, 30))
    for (const epoch of [0, 1, 2]) {
      store.epochs.insert(id, { epoch, trainLoss: 1, trainAccuracy: 0, trainSeconds: 1 })
      store.evaluations.insert(id, epoch, exampleEvaluation('test', epoch / 4), exampleConfusion)
      store.checkpoints.insert(id, { file: `${epoch}`, step: 10 * (epoch + 1), epoch, bytes: 1 })
    }
    store.rewind(id, { step: 20, epoch: 2 })
    expect(store.steps.count(id)).toBe(20)
    expect(store.epochs.list(id).map((row) => row.epoch)).toEqual([0, 1])
    expect(store.evaluations.list(id).map((row) => row.epoch)).toEqual([0, 1])
    expect(store.evaluations.predictions(id, 2, 'test')).toBeNull()
    expect(store.evaluations.probabilities(id, 'test')).toBeNull()
    expect(store.checkpoints.list(id).map((row) => row.step)).toEqual([10, 20])
    store.close()
  })

  it('a transaction that throws leaves nothing', () => {
    const store = fresh()
    const id = newRun(store)
    const failed = () =>
      store.transaction(() => {
        store.steps.append(id, exampleSteps(0, 5))
        store.checkpoints.insert(id, { file: 'x', step: 5, epoch: 0, bytes: 1 })
        throw new Error('on purpose')
      })
    expect(failed).toThrow('on purpose')
    expect(store.steps.count(id)).toBe(0)
    expect(store.checkpoints.list(id)).toEqual([])
    store.close()
  })
})

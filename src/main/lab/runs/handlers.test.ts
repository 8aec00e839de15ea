import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contract, type RequestArguments, type RequestResult } from '../../../shared/contract/contract'
import type { LabEvent } from '../../../shared/contract/events'
import type { runRequests } from '../../../shared/contract/runs'
import { LabError } from '../../../shared/errors'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import {
  exampleConfusion,
  exampleEvaluation,
  exampleSteps,
  importReport,
  manifest,
  temporaryFolder,
} from '../../store/testing/fixtures'
import { EventBus } from '../contract/event-bus'
import { Lab } from '../lab'
import { runHandlers } from './handlers'
import { RunQueue } from './queue'
import { ScriptedEngine, trainResult } from './testing/scripted-engine'
import { runView, runViews } from './view'

type Name = keyof typeof runRequests
const preset = (name: string) => presetConfiguration(presets.find((p) => p.name === name)!)

describe('run handlers', () => {
  let lab: Lab
  let queue: RunQueue
  let events: LabEvent[]
  let handlers: ReturnType<typeof runHandlers>

  beforeEach(() => {
    lab = Lab.open({ home: temporaryFolder() })
    events = []
    const bus = new EventBus()
    bus.emit = (event) => void events.push(event)
    const engine = new ScriptedEngine(async () => trainResult('finished'))
    queue = new RunQueue(lab, { events: bus, openEngine: async () => engine.opened })
    handlers = runHandlers(lab, queue, bus)
    mkdirSync(join(lab.home.dataSets, 'digits'))
    writeFileSync(join(lab.home.dataSets, 'digits', 'labels.u16'), Buffer.alloc(24))
    lab.store.dataSets.insert({ id: 'digits', folder: 'datasets/digits', manifest: manifest(), report: importReport })
  })
  afterEach(async () => {
    await queue.close()
    lab.close()
  })

  /** Asks as a window does: the reply fits the contract and survives JSON. */
  const ask = async <N extends Name>(name: N, given: RequestArguments<N>): Promise<RequestResult<N>> => {
    const handler = handlers[name] as (given: RequestArguments<N>) => RequestResult<N> | Promise<RequestResult<N>>
    const value = await handler(given)
    expect(JSON.parse(JSON.stringify(value))).toEqual(value)
    return contract[name].result.parse(value) as RequestResult<N>
  }
  const make = (...seeds: number[]): string[] =>
    lab.runs
      .create({ name: 'try', configuration: preset('testing-cnn'), dataSet: lab.dataSets.get('digits'), seeds })
      .map(({ id }) => id)
  const evaluate = (id: string, epoch: number, part: 'test' | 'validation', accuracy: number): void => {
    lab.store.epochs.insert(id, { epoch, trainLoss: NaN, trainAccuracy: 0.5, trainSeconds: 2 })
    lab.store.evaluations.insert(id, epoch, exampleEvaluation(part, accuracy), exampleConfusion)
  }

  it('lists every run as it is shown alone, with the best epoch counted from 1', async () => {
    const [one, two] = make(1, 2) as [string, string]
    ;[0.25, 0.75, 0.5].forEach((accuracy, epoch) => evaluate(one, epoch, 'test', accuracy))
    evaluate(two, 0, 'test', 0.9)
    evaluate(two, 0, 'validation', 0.3)
    const list = await ask('runs.list', { trashed: false })
    expect(list.map(({ id }) => id)).toEqual([one, two])
    expect(list[0]).toMatchObject({
      ...{ name: 'try', family: 'cnn', seed: 1, epochs: 3, epochsAsked: preset('testing-cnn').training.epochs },
      best: { part: 'test', value: 0.75, epoch: 2 },
      ...{ lastTest: 0.5, sparkline: [0.25, 0.75, 0.5], trashed: false },
    })
    expect(list[0]!.parameters).toBe(lab.runs.parameters(lab.store.runs.get(one)))
    expect(list[1]!.best).toEqual({ part: 'validation', value: 0.3, epoch: 1 })
    expect(runViews(lab)).toEqual([one, two].map((id) => runView(lab, lab.store.runs.get(id))))
  })

  it('thins a long row’s curve, ends kept', async () => {
    const [id] = make(1) as [string]
    for (let epoch = 0; epoch < 200; epoch++) evaluate(id, epoch, 'test', epoch / 300)
    const [run] = await ask('runs.list', { trashed: false })
    expect(run!.sparkline).toHaveLength(72)
    expect([run!.sparkline[0], run!.sparkline.at(-1)]).toEqual([0, 0.6633])
    expect(run!.lastTest).toBe(199 / 300)
  })

  it('gives a run with its configuration, epochs and steps; what is not finite is null', async () => {
    const [, id] = make(1, 2) as [string, string]
    evaluate(id, 0, 'test', 0.25)
    lab.store.steps.append(id, exampleSteps(0, 5))
    const got = await ask('runs.get', { id })
    expect(got.configuration.training.seed).toBe(2)
    expect(got).toMatchObject({ steps: 5, run: { id }, dataHash: manifest().hash })
    expect(got.epochs).toEqual([
      {
        ...{ epoch: 1, trainLoss: null, trainAccuracy: 0.5, trainSeconds: 2 },
        evaluations: [{ part: 'test', loss: 1.25, accuracy: 0.25, seconds: 0.5 }],
      },
    ])
  })

  it('shows the published trace only on the data it was made with', async () => {
    const mnist = (id: string, digit: string, known: 'mnist' | null) => {
      const parts = {
        train: { offset: 0, count: 8 },
        validation: { offset: 8, count: 0 },
        test: { offset: 8, count: 4 },
      }
      const of = { ...manifest(id, digit.repeat(64)), ...{ height: 28, width: 28, known, parts } }
      lab.store.dataSets.insert({ id, folder: `datasets/${id}`, manifest: of, report: importReport })
      const configuration = preset('hrm-mnist')
      return lab.runs.create({ name: id, configuration, dataSet: lab.dataSets.get(id), seeds: [1] })[0]!.id
    }
    const published = await ask('runs.published', { id: mnist('real', '1', 'mnist') })
    expect(published).toMatchObject({ measured: 'segment-mean', testAccuracy: 0.980222 })
    expect(published!.epochs[0]).toEqual({ epoch: 1, trainAccuracy: 0.870514, testAccuracy: null })
    expect(await ask('runs.published', { id: mnist('other', '2', null) })).toBeNull()
    expect(await ask('runs.published', { id: make(1)[0]! })).toBeNull()
  })

  it('renames one run, keeps notes, and tells both', async () => {
    const [one, two] = make(1, 2) as [string, string]
    await ask('runs.rename', { id: one, name: 'mine' })
    await ask('runs.note', { id: one, notes: 'good' })
    expect(events.at(-1)).toMatchObject({ kind: 'run', run: { id: one, name: 'mine', notes: 'good' } })
    expect(lab.store.runs.get(two).name).toBe('try')
  })

  it('moves a waiting run out of the queue into the trash; back it can be resumed', async () => {
    const ids = make(1, 2)
    ids.forEach((id) => queue.enqueue({ id }))
    await ask('runs.trash', { ids: [ids[0]!] })
    expect(await ask('queue.get', {})).toEqual({
      ...{ order: [ids[1]], running: null, halting: null, secondsExpected: { [ids[1]!]: null } },
      ...{ paused: false, problem: null },
    })
    expect((await ask('runs.list', { trashed: true })).map(({ id }) => id)).toEqual([ids[0]])
    expect(() => queue.resume(ids[0]!)).toThrow(/in the trash/)
    await ask('runs.restore', { ids: [ids[0]!] })
    await ask('runs.resume', { id: ids[0]! })
    await ask('queue.order', { order: [...ids] })
    expect((await ask('queue.get', {})).order).toEqual(ids)
    await ask('queue.pause', { paused: true })
    expect((await ask('queue.get', {})).paused).toBe(true)
    await ask('queue.pause', { paused: false })
    await ask('runs.pause', { id: ids[0]! })
    await ask('runs.stop', { id: ids[1]! })
    expect((await ask('runs.list', { trashed: false })).map(({ state }) => state)).toEqual(['paused', 'stopped'])
    expect(await ask('runs.log', { id: ids[0]! })).toEqual([])
    await expect(ask('runs.get', { id: 'none' })).rejects.toThrow(LabError)
  })

  it('refuses to trash the run that trains', async () => {
    const [id] = make(1) as [string]
    queue.enqueue({ id })
    queue.start()
    expect(queue.running).toBe(id)
    await expect(ask('runs.trash', { ids: [id] })).rejects.toThrow(/is training/)
  })

  it('tags many runs at once, each tag once', async () => {
    const ids = make(1, 2)
    await ask('runs.tag', { ids: [ids[0]!], add: ['night'], remove: [] })
    await ask('runs.tag', { ids, add: ['night', 'good'], remove: ['gone'] })
    const tags = () => ids.map((id) => lab.store.runs.get(id).tags)
    expect(tags()).toEqual([
      ['night', 'good'],
      ['night', 'good'],
    ])
    await ask('runs.tag', { ids, add: [], remove: ['night'] })
    expect(tags()).toEqual([['good'], ['good']])
    await expect(ask('runs.tag', { ids: [ids[0]!, 'none'], add: ['x'], remove: [] })).rejects.toThrow(LabError)
    expect(tags()).toEqual([['good'], ['good']])
  })

  it('puts runs into folders, which are renamed and dissolved with all that lies in them', async () => {
    const [one, two, three] = make(1, 2, 3) as [string, string, string]
    const folders = () => [one, two, three].map((id) => lab.store.runs.get(id).folder)
    expect(folders()).toEqual([null, null, null])
    await ask('runs.place', {
      places: [
        { id: one, folder: 'cifar' },
        { id: two, folder: 'cifar/ablation' },
        { id: three, folder: 'cifar10' },
      ],
    })
    await ask('runs.trash', { ids: [two] })
    const { before } = await ask('runs.moveFolder', { from: 'cifar', to: 'old/cifar' })
    expect(folders()).toEqual(['old/cifar', 'old/cifar/ablation', 'cifar10'])
    expect(events.at(-1)).toMatchObject({ kind: 'run', run: { id: two, folder: 'old/cifar/ablation', trashed: true } })
    await ask('runs.moveFolder', { from: 'old', to: null })
    expect(folders()).toEqual(['cifar', 'cifar/ablation', 'cifar10'])
    await ask('runs.moveFolder', { from: 'cifar', to: null })
    expect(folders()).toEqual([null, 'ablation', 'cifar10'])
    await ask('runs.place', { places: before })
    expect(folders()).toEqual(['cifar', 'cifar/ablation', 'cifar10'])
    await expect(ask('runs.moveFolder', { from: 'none', to: 'x' })).rejects.toThrow(/No run lies in a folder “none”/)
    await expect(ask('runs.moveFolder', { from: 'cifar', to: 'x'.repeat(199) })).rejects.toThrow(/200 characters/)
    const unknown = [
      { id: one, folder: null },
      { id: 'none', folder: null },
    ]
    await expect(ask('runs.place', { places: unknown })).rejects.toThrow(LabError)
    expect(folders()).toEqual(['cifar', 'cifar/ablation', 'cifar10'])
    for (const folder of ['', 'a//b', '/a', 'a/', 'x'.repeat(201)])
      expect(() => lab.store.runs.setFolder(one, folder)).toThrow(/CHECK/)
  })

  it('deletes for good what lies in the trash, folder and rows, and nothing else', async () => {
    const [one, two] = make(1, 2) as [string, string]
    const folder = lab.runs.folder(lab.store.runs.get(one))
    mkdirSync(folder)
    writeFileSync(join(folder, 'checkpoint'), Buffer.alloc(5000))
    lab.store.checkpoints.insert(one, { file: 'checkpoint', step: 1, epoch: 0, bytes: 5000 })
    expect((await ask('runs.list', { trashed: false }))[0]!.bytes).toBe(5000)
    await ask('runs.trash', { ids: [one] })
    await expect(ask('runs.delete', { ids: [one, two] })).rejects.toThrow(/not in the trash/)
    expect(existsSync(folder)).toBe(true)
    expect(await ask('runs.delete', { ids: [one] })).toEqual({ bytes: 5000 })
    expect(existsSync(folder)).toBe(false)
    expect(events.at(-1)).toEqual({ kind: 'runs-deleted', ids: [one] })
    expect(await ask('runs.list', { trashed: true })).toEqual([])
    // The experiment stays for its other run, and goes with it.
    expect(lab.store.experiments.all().size).toBe(1)
    await ask('runs.trash', { ids: [two] })
    await ask('runs.delete', { ids: [two] })
    expect(lab.store.experiments.all().size).toBe(0)
  })

  it('says how long what waits is expected to take', async () => {
    const ids = make(1, 2)
    ids.forEach((id) => queue.enqueue({ id }))
    const expecting = runHandlers(lab, queue, new EventBus(), async ({ seed }) => seed * 60)
    expect(await expecting['queue.get']({})).toMatchObject({ secondsExpected: { [ids[0]!]: 60, [ids[1]!]: 120 } })
  })
})

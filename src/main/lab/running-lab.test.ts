import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contract, requestNames } from '../../shared/contract/contract'
import { presetConfiguration, presets } from '../../shared/experiment/presets'
import { importReport, manifest, temporaryFolder } from '../store/testing/fixtures'
import type { LabEvent } from '../../shared/contract/events'
import { withThreads } from './engine/stored-threads'
import { Lab } from './lab'
import { RunningLab } from './running-lab'

describe('RunningLab', () => {
  let running: RunningLab
  beforeEach(() => {
    const lab = Lab.open({ home: temporaryFolder() })
    lab.store.dataSets.insert({ id: 'digits', folder: 'datasets/digits', manifest: manifest(), report: importReport })
    running = new RunningLab(lab, { kind: 'cpu', backend: 'tensorflow', threads: null })
  })
  afterEach(() => running.close())

  const ask = async (name: keyof typeof contract, given: unknown): Promise<unknown> => {
    const reply = await running.dispatch(name, given)
    if (!reply.ok) throw new Error(`${name}: ${reply.error.message} ${reply.error.details}`)
    return reply.value
  }

  it('answers as the contract says, from a new lab and with a run that waits', async () => {
    const configuration = presetConfiguration(presets.find(({ name }) => name === 'testing-cnn')!)
    // The queue is not started: what is begun waits.
    const { runs } = (await ask('experiments.start', {
      name: 'try',
      configuration,
      dataSet: 'digits',
      seeds: [1, 2],
    })) as { runs: string[] }
    const asked: Partial<Record<keyof typeof contract, unknown>> = {
      'lab.state': {},
      'dataSets.list': { trashed: false },
      'dataSets.get': { id: 'digits' },
      'dataSets.imports': {},
      'runs.list': { trashed: false },
      'runs.get': { id: runs[0] },
      'runs.curves': {
        ...{ id: runs[0], axis: 'step', from: null, to: null, logX: false, smoothing: 0.9 },
        curves: [{ name: 'loss', points: 100, smooth: true }],
      },
      'runs.log': { id: runs[0] },
      'runs.published': { id: runs[0] },
      'queue.get': {},
      'settings.get': { key: 'theme' },
    }
    for (const name of requestNames) {
      if (!(name in asked)) continue
      const value = await ask(name, asked[name])
      const parsed = contract[name].result.safeParse(value)
      expect(parsed.error?.issues ?? [], name).toEqual([])
    }
    expect(await ask('queue.get', {})).toMatchObject({ order: runs, running: null, paused: false })
    await ask('queue.order', { order: [...runs].reverse() })
    expect(await ask('queue.get', {})).toMatchObject({ order: [...runs].reverse() })
  })

  it('keeps settings', async () => {
    await ask('settings.set', { key: 'theme', value: { dark: true } })
    expect(await ask('settings.get', { key: 'theme' })).toEqual({ dark: true })
    expect(await running.dispatch('settings.set', { key: 'lab/queue', value: 1 })).toMatchObject({ ok: false })
  })

  it('tells every window of a setting they share, and refuses what it cannot be', async () => {
    const told: LabEvent[] = []
    running.events.subscribe(({ events }) => told.push(...events))
    await ask('settings.set', { key: 'lab.engine', value: { threads: 1 } })
    await ask('settings.set', { key: 'window.columns', value: 1 })
    running.events.flush()
    expect(told).toEqual([{ kind: 'setting', key: 'lab.engine', value: { threads: 1 } }])
    const refused = await running.dispatch('settings.set', { key: 'lab.engine', value: { threads: 0 } })
    expect(refused).toMatchObject({ ok: false, error: { kind: 'bad-input' } })
    expect(await ask('settings.get', { key: 'lab.engine' })).toEqual({ threads: 1 })
  })

  it('begins engines with the threads that were set, unless its start fixed them', () => {
    const options = { kind: 'cpu', backend: 'tensorflow', threads: null } as const
    expect(withThreads(options, running.lab)).toEqual(options)
    running.lab.store.settings.set('lab.engine', { threads: 3 })
    expect(withThreads(options, running.lab)).toEqual({ ...options, threads: 3 })
    expect(withThreads({ ...options, threads: 2 }, running.lab).threads).toBe(2)
  })
})

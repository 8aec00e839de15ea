import { describe, expect, it, vi } from 'vitest'
import { presetConfiguration, presets } from '../../shared/experiment/presets'
import { sampleDataSet, sampleRun } from '../dev/samples'
import { FakeClient, type FakeAnswers } from '../transport/fake'
import { RequestFailed } from '../transport/client'
import { ExperimentForm } from './experiment-form.svelte'
import { Lab } from './lab.svelte'
import { KEEP_AFTER } from './settings.svelte'

const mnist = sampleDataSet()
const photos = sampleDataSet({
  id: 'photos',
  name: 'Photos',
  manifest: { ...mnist.manifest, known: null, height: 32, width: 32, channels: 3 },
})

function setUp(answers: FakeAnswers = {}, kept: unknown = null) {
  const client = new FakeClient({
    'settings.get': () => kept,
    'settings.set': () => null,
    'experiments.start': ({ seeds }) => ({ runs: seeds.map(String) }),
    ...answers,
  })
  const lab = new Lab(client)
  lab.dataSets = [mnist, photos]
  return { client, lab, form: new ExperimentForm(lab) }
}

describe('an experiment’s form', () => {
  it('begins with MNIST and the paper’s HRM', async () => {
    const { form } = setUp()
    await form.open({})
    expect(form).toMatchObject({ name: 'hrm-mnist', seeds: [42], blocked: null, touched: false })
    expect(form.dataSet?.id).toBe('mnist')
    expect(form.cost?.parameters).toBe(1_053_056)
  })

  it('begins with the mode that the person wants for all, and says whose value it is', async () => {
    const { lab, form } = setUp()
    await form.open({})
    lab.settings.take('lab.defaults', { 'training.mode': 'eager' })
    expect(form.configuration.training.mode).toBe('eager')
    expect([form.baseName('training.mode'), form.baseName('training.batch')]).toEqual(['your default', 'preset'])
    expect(form.touched).toBe(false)
    lab.settings.take('lab.defaults', {})
    expect(form.configuration.training.mode).toBe('auto')
  })

  it('goes on with the draft that was kept, and keeps what is changed', async () => {
    vi.useFakeTimers()
    const draft = { preset: 'cnn-cifar10', dataSet: 'photos', family: null, name: 'mine', seeds: '1 2', changes: {} }
    const { client, form } = setUp({}, draft)
    await form.open({})
    expect(form).toMatchObject({ name: 'mine', seeds: [1, 2], family: 'cnn' })
    form.change('training.batch', 64)
    vi.advanceTimersByTime(KEEP_AFTER)
    const value = { ...draft, changes: { 'training.batch': 64 } }
    expect(client.asked).toContainEqual({ name: 'settings.set', args: { key: ExperimentForm.key, value } })
    vi.useRealTimers()
  })

  it('follows the data set until a preset was chosen; then keeps that', async () => {
    const { form } = setUp()
    await form.open({})
    form.chooseDataSet('photos')
    expect(form.preset.name).toBe('hrm-cifar10')
    form.setSeeds('5 seeds from 1')
    form.choosePreset('cnn-cifar100')
    form.chooseDataSet('mnist')
    expect(form.preset.name).toBe('cnn-cifar100')
    expect(form.seeds).toHaveLength(5)
  })

  it('tells the first reason that it cannot be started, and gives it back on the preset’s value', async () => {
    const { client, form } = setUp()
    await form.open({})
    form.change('model.heads', 3)
    expect(form.blocked).toBe('Attention heads: Heads (3) must divide width (128) without rest.')
    expect(form.cost).toBeNull()
    expect(await form.start()).toBeNull()
    expect(client.asked.some(({ name }) => name === 'experiments.start')).toBe(false)
    form.change('model.heads', form.baseValue('model.heads'))
    expect(form.blocked).toBeNull()
    form.setName(' ')
    expect(form.blocked).toMatch(/name/)
    expect(form.buildable).toBe(true)
  })

  it('starts one run for each seed with what is shown, and is empty again', async () => {
    const { client, form } = setUp()
    await form.open({ preset: 'hrm-cifar10', dataSet: 'photos' })
    form.change('training.epochs', 2)
    form.setSeeds('7, 8')
    expect(await form.start()).toEqual(['7', '8'])
    const { args } = client.asked.find(({ name }) => name === 'experiments.start')!
    expect(args).toMatchObject({
      ...{ name: 'hrm-cifar10', dataSet: 'photos', seeds: [7, 8] },
      configuration: { preset: 'hrm-cifar10', training: { epochs: 2, seed: 7 } },
    })
    expect(form.touched).toBe(false)
  })

  it('keeps the draft when the lab refuses, and tells why', async () => {
    const failure = { kind: 'storage', message: 'full', hint: null, details: null }
    const refuse = () => {
      throw new RequestFailed(failure)
    }
    const { form } = setUp({ 'experiments.start': refuse, 'runs.get': refuse })
    await form.open({})
    form.change('training.epochs', 2)
    expect(await form.start()).toBeNull()
    expect(form).toMatchObject({ starting: false, problem: { failure }, touched: true })
    await form.open({ clone: 'run-1' })
    expect(form.problem?.what).toMatch(/cloned/)
    expect(form.value('training.epochs')).toBe(2)
  })

  it('clones a run; where its data set is no more, another must be chosen', async () => {
    const configuration = presetConfiguration(presets.find(({ name }) => name === 'cnn-cifar10')!)
    const run = sampleRun(1, { name: 'good', dataSet: 'gone', seed: 9 })
    const rest = { epochs: [], steps: 0, labVersion: '1', gitCommit: null, dataHash: '', checkpoint: null }
    const { form } = setUp({ 'runs.get': () => ({ run, configuration, ...rest }) })
    await form.open({ clone: run.id })
    expect(form).toMatchObject({ name: 'good, again', seeds: [9], dataSet: null, family: 'cnn' })
    expect(form.problems.get('dataSet')).toMatch(/Choose/)
    form.chooseDataSet('photos')
    expect(form.blocked).toBeNull()
  })
})

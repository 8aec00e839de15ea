import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { configurationSchema, type Configuration } from '../../shared/experiment/configuration'
import { leaves, withValue } from '../../shared/experiment/paths'
import { presetConfiguration, presets } from '../../shared/experiment/presets'
import { sampleDataSet } from '../dev/samples'
import { FakeClient } from '../transport/fake'
import {
  applyChanges,
  baseOf,
  draftOfRun,
  emptyDraft,
  problemsOf,
  readDraft,
  withChange,
  withFamily,
} from './experiment-draft'
import { ESTIMATE_AFTER, ExperimentEstimate } from './experiment-estimate.svelte'
import { presetChoices } from './experiment-presets'

const presetOf = (name: string) => presets.find((p) => p.name === name)!
const configurationOf = (name: string): Configuration => presetConfiguration(presetOf(name))
const { manifest: mnist } = sampleDataSet()
const names = (choices: ReturnType<typeof presetChoices>, fit: string) =>
  choices.filter((choice) => choice.fit === fit).map(({ preset }) => preset.name)

describe('presets for a data set', () => {
  it('has those made for it first, then those that fit, then the rest', () => {
    const choices = presetChoices(mnist)
    expect(names(choices, 'made')).toEqual(['hrm-mnist', 'cnn-mnist'])
    expect(choices.map(({ fit }) => fit).sort()).toEqual(choices.map(({ fit }) => fit).sort())
    expect(choices[0]!.preset.name).toBe('hrm-mnist')
  })
  it('takes the nearest images for a folder of one’s own, and names what cannot be used', () => {
    const photos = { ...mnist, known: null, height: 30, width: 30, channels: 3 as const }
    const choices = presetChoices(photos)
    expect(names(choices, 'made')).toEqual([])
    expect(choices[0]!.preset.name).toBe('cnn-cifar10')
    expect(names(choices, 'unfit')).toContain('hrm-mnist')
    expect(presetChoices({ ...photos, height: 32, width: 32 })[0]!.preset.name).toBe('hrm-cifar10')
  })
  it('shows the tests’ own presets on their own images only', () => {
    expect(presetChoices(mnist).some(({ preset }) => preset.name.startsWith('testing'))).toBe(false)
    expect(names(presetChoices({ ...mnist, known: null, height: 8, width: 8 }), 'made')).toContain('testing-hrm')
  })
})

describe('a draft', () => {
  it('keeps only what differs from the preset', () => {
    const base = configurationOf('hrm-mnist')
    const changed = withChange(emptyDraft, base, 'training.epochs', 9)
    expect(changed.changes).toEqual({ 'training.epochs': 9 })
    expect(applyChanges(base, changed.changes).training.epochs).toBe(9)
    expect(withChange(changed, base, 'training.epochs', 3).changes).toEqual({})
  })
  it('has another model’s own values when the kind is changed, and the training as it was', () => {
    const preset = presetOf('hrm-cifar10')
    const draft = { ...emptyDraft, changes: { 'model.heads': 3, 'training.batch': 64 } }
    const other = withFamily(draft, 'cnn', preset)
    expect(other).toMatchObject({ family: 'cnn', changes: { 'training.batch': 64 } })
    expect(baseOf(preset, 'cnn', {})).toEqual({
      ...configurationOf('hrm-cifar10'),
      model: presetOf('cnn-cifar10').model,
    })
    expect(withFamily(other, 'hrm', preset).family).toBeNull()
  })
  it('is read again as it was kept; what is no draft is an empty one', () => {
    const draft = { ...emptyDraft, preset: 'hrm-mnist', changes: { 'model.width': '12x' } }
    expect(readDraft(JSON.parse(JSON.stringify(draft)))).toEqual(draft)
    expect(readDraft({ family: 'resnet' })).toEqual(emptyDraft)
    expect(readDraft(null)).toEqual(emptyDraft)
  })
})

describe('problems', () => {
  const wrong = (path: string, value: unknown, input = presetOf('hrm-mnist').input) => [
    ...problemsOf(withValue(configurationOf('hrm-mnist'), path, value), input),
  ]
  it('stand at their field', () => {
    expect(wrong('model.heads', 3)).toEqual([['model.heads', 'Heads (3) must divide width (128) without rest.']])
    expect(wrong('model.width', 'x')).toEqual([['model.width', 'Must be a number.']])
    expect(wrong('model.patch', 5)[0]![0]).toBe('model.patch')
    expect(wrong('training.epochs', 3)).toEqual([])
  })
})

describe('a clone', () => {
  const run = { name: 'mine', dataSet: 'mnist', seed: 7 }
  it.each([
    ['of a preset', configurationOf('hrm-mnist')],
    [
      'with changes',
      withValue(withValue(configurationOf('hrm-cifar10'), 'model.width', 96), 'training.trainLimit', 500),
    ],
    [
      'of another kind than its preset',
      { ...configurationOf('hrm-cifar10'), model: configurationOf('cnn-mnist').model },
    ],
    ['without a preset', { ...configurationOf('hrm-stem-cifar10'), preset: null }],
    ['of a preset that is no more', { ...configurationOf('cnn-cifar100'), preset: 'cnn-of-old' }],
  ])('has everything of its run, %s', (_, configuration) => {
    const draft = draftOfRun({ run, configuration }, {})
    expect(draft).toMatchObject({ dataSet: 'mnist', seeds: '7', name: 'mine, again' })
    const made = applyChanges(baseOf(presetOf(draft.preset!), draft.family, {}), draft.changes)
    const settings = (of: Configuration) => leaves(of).filter(([path]) => !['preset', 'training.seed'].includes(path))
    expect(settings(configurationSchema.parse(made))).toEqual(settings(configuration))
  })
  it('of a clone has the same name', () => {
    const configuration = configurationOf('hrm-mnist')
    expect(draftOfRun({ run: { ...run, name: 'mine, again' }, configuration }, {}).name).toBe('mine, again')
  })
})

describe('the estimate', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())
  const value = (parameters: number) => ({
    ...{ parameters, gflopPerImage: 1, gflopForward: 1, secondsPerEpoch: 1, secondsTotal: 1, memoryBytes: 1 },
    ...{ basis: 'measured rate' as const, detail: '' },
  })
  it('is asked for once typing rests, and an answer to an older question is dropped', async () => {
    const answers: ((parameters: number) => void)[] = []
    const client = new FakeClient({
      'experiments.estimate': () => new Promise((resolve) => answers.push((n) => resolve(value(n)))),
    })
    const estimate = new ExperimentEstimate(client)
    estimate.ask(configurationOf('hrm-mnist'), 'mnist')
    vi.advanceTimersByTime(ESTIMATE_AFTER - 1)
    estimate.ask(configurationOf('hrm-mnist'), 'mnist')
    await vi.advanceTimersByTimeAsync(ESTIMATE_AFTER)
    expect(answers).toHaveLength(1)
    estimate.ask(configurationOf('hrm-mnist'), 'mnist')
    await vi.advanceTimersByTimeAsync(ESTIMATE_AFTER)
    answers[1]!(2)
    answers[0]!(1)
    await vi.advanceTimersByTimeAsync(0)
    expect(estimate.value?.parameters).toBe(2)
    expect(estimate.stale).toBe(false)
  })
  it('tells why there is none', async () => {
    const client = new FakeClient({ 'experiments.estimate': () => Promise.reject(new Error('gone')) })
    const estimate = new ExperimentEstimate(client)
    estimate.ask(configurationOf('hrm-mnist'), 'mnist')
    await vi.advanceTimersByTimeAsync(ESTIMATE_AFTER)
    expect(estimate).toMatchObject({ value: null, stale: false, failure: { kind: 'defect' } })
  })
})

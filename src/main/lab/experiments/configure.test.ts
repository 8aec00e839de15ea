import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/errors'
import { configure, findPreset, validate } from './configure'

const failure = (act: () => unknown): LabError => {
  try {
    act()
  } catch (error) {
    if (error instanceof LabError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}
const file = (content: string): string => {
  const path = join(mkdtempSync(join(tmpdir(), 'hrm-lab-')), 'experiment.yaml')
  writeFileSync(path, content)
  return path
}

describe('configure', () => {
  it('lays the file over the preset and assignments over the file', () => {
    const made = configure({
      preset: 'hrm-mnist',
      file: file('model: {width: 64}\ntraining: {epochs: 7, batch: 32}'),
      assignments: ['training.epochs=9', 'training.trainLimit=null', 'training.schedule.counts=batch'],
    })
    expect(made.model).toMatchObject({ width: 64, heads: 4 })
    expect(made.training).toMatchObject({ epochs: 9, batch: 32, trainLimit: null, learningRate: 1e-3 })
    expect(made.training.schedule.counts).toBe('batch')
    expect(made.preset).toBe('hrm-mnist')
  })

  it('names the nearest preset and field', () => {
    expect(failure(() => findPreset('hrm-minst')).hint).toContain('Did you mean hrm-mnist?')
    const field = failure(() => configure({ preset: 'hrm-mnist', assignments: ['model.widht=3'] }))
    expect(field.message).toContain('model.widht')
    expect(field.hint).toContain('Did you mean model.width?')
    const part = failure(() => configure({ preset: 'hrm-mnist', assignments: ['training.floor=0.1'] }))
    expect(part.hint).toContain('Did you mean training.schedule.floor?')
    const family = failure(() => configure({ preset: 'cnn-mnist', assignments: ['model.heads=3'] }))
    expect(family.hint).not.toContain('model.highCycles')
    expect(failure(() => configure({ preset: 'cnn-mnist', file: file('trainig: {}') })).hint).toContain('training')
  })

  it.each([
    [['model.heads=3'], /heads \(3\) must divide width \(128\)/],
    [['model.width=12', 'model.heads=4'], /must be even/],
    [['training.epochs=0'], /training\.epochs.*given: 0/],
    [['training.learningRate=fast'], /training\.learningRate.*given: "fast"/],
    [['training.seed=-1'], /training\.seed/],
    [['model.family=resnet'], /model\.family/],
  ])('refuses %j', (assignments, message) => {
    expect(failure(() => configure({ preset: 'hrm-mnist', assignments })).message).toMatch(message)
  })

  it('refuses a patch that does not divide the image', () => {
    const made = configure({ preset: 'hrm-mnist' })
    const input = { height: 30, width: 30, channels: 1, classes: 10 }
    expect(failure(() => validate(made, input)).message).toMatch(/patch \(4\) must divide the image side \(30 × 30\)/)
  })

  it('names a file that is no YAML or not there', () => {
    const path = file('{ broken')
    expect(failure(() => configure({ preset: 'hrm-mnist', file: path })).message).toContain(path)
    expect(failure(() => configure({ preset: 'hrm-mnist', file: '/nowhere.yaml' })).message).toContain('/nowhere.yaml')
  })
})

import { describe, expect, it } from 'vitest'
import { configurationSchema } from './configuration'
import { presetConfiguration, presets } from './presets'
import { checkModel, modelCost } from './registry'

/** The published and agreed counts, written here a second time on purpose: a preset without one fails. */
const counts: Record<string, number> = {
  'hrm-mnist': 1_053_056,
  'hrm-cifar10': 3_552_576,
  'hrm-cifar100': 3_569_856,
  'cnn-cifar10': 261_824,
  'cnn-cifar100': 273_344,
  'cnn-mnist': 260_672,
  'hrm-stem-cifar10': 610_240,
  'testing-hrm': 8_592,
  'testing-hrm-stem': 9_052,
  'testing-cnn': 1_124,
}

describe.each(presets)('preset $name', (preset) => {
  it('is a valid configuration that can be built', () => {
    expect(configurationSchema.parse(presetConfiguration(preset))).toEqual(presetConfiguration(preset))
    expect(checkModel(preset.model, preset.input)).toEqual([])
  })

  it('has exactly its number of parameters', () => {
    expect(counts[preset.name]).toBe(preset.parameters)
    expect(modelCost(preset.model, preset.input).parameters).toBe(preset.parameters)
  })
})

describe('compute', () => {
  it.each([
    ['hrm-cifar10', 5.8e9],
    ['hrm-mnist', 1.32e9],
    ['cnn-cifar10', 0.577e9],
  ])('%s trains at about %f FLOP an image', (name, flops) => {
    const preset = presets.find((p) => p.name === name)!
    expect(modelCost(preset.model, preset.input).trainFlops / flops).toBeCloseTo(1, 1)
  })
})

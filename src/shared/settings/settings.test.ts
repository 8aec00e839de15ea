import { expect, it } from 'vitest'
import { presetConfiguration, presets } from '../experiment/presets'
import { readSetting, settingProblem, withDefaults } from './settings'

it('reads what was kept, and takes anything else for unset', () => {
  expect(readSetting('lab.engine', { threads: 3 })).toEqual({ threads: 3 })
  for (const kept of [null, 'x', { threads: 0 }, { threads: 1.5 }, { threads: 1e9 }])
    expect(readSetting('lab.engine', kept)).toEqual({ threads: null })
  expect(readSetting('lab.notifications', null)).toEqual({ onEnd: true })
  expect(readSetting('lab.defaults', { 'training.mode': 'graph', 'training.gone': 1 })).toEqual({
    'training.mode': 'graph',
  })
  expect(readSetting('lab.defaults', { 'training.mode': 'warp' })).toEqual({})
})

it('says what cannot be kept, of its own settings only', () => {
  expect(settingProblem('lab.engine', { threads: 0 })).toMatch(/threads/)
  expect(settingProblem('lab.engine', { threads: 2 })).toBeNull()
  expect(settingProblem('window.columns', 'whatever')).toBeNull()
})

it('refuses defaults that no experiment could begin with', () => {
  const impossible = { 'training.mode': 'eager', 'training.precision': 'bfloat16' }
  expect(settingProblem('lab.defaults', impossible)).toMatch(/training.precision: bfloat16 needs a step/)
  expect(readSetting('lab.defaults', impossible)).toEqual({})
  expect(settingProblem('lab.defaults', { 'training.precision': 'bfloat16' })).toBeNull()
})

it('lays the defaults over a preset, and leaves the rest', () => {
  const preset = presetConfiguration(presets[0]!)
  const changed = withDefaults(preset, { 'training.mode': 'eager' })
  expect(changed).toEqual({ ...preset, training: { ...preset.training, mode: 'eager' } })
  expect(withDefaults(preset, {})).toEqual(preset)
  expect(preset.training.mode).toBe('auto')
})

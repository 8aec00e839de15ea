import { expect, it } from 'vitest'
import { presets } from '../../../shared/experiment/presets'
import type { Settings } from '../../store/queries/settings'
import { MeasuredModes } from './measured-modes'

const engine = { backend: 'tensorflow', device: 'CPU', tensorflow: '2', tfjs: '4', node: '24', threads: 2 } as const
const { model, input } = presets.find(({ name }) => name === 'hrm-mnist')!
const measured = { model, input, engine }

function settings(): Settings {
  const values = new Map<string, unknown>()
  return { get: (key) => values.get(key) ?? null, set: (key, value) => void values.set(key, value) } as Settings
}

it('remembers the fastest mode of a model on an engine', () => {
  const modes = new MeasuredModes(settings())
  expect(modes.fastest(measured)).toBeNull()
  modes.remember(measured, 32, { graph: 400, xla: 300 })
  expect(modes.fastest(measured)).toBe('xla')
  expect(modes.fastest({ ...measured, engine: { ...engine, threads: 4 } })).toBeNull()
  expect(modes.fastest({ ...measured, input: { ...input, classes: 3 } })).toBeNull()
  modes.remember(measured, 32, { graph: 200, xla: 300 })
  expect(modes.fastest(measured)).toBe('graph')
  expect(modes.list()).toMatchObject([{ family: 'hrm', parameters: 1_053_056, device: 'CPU', images: 32 }])
})

it('knows nothing where the settings hold what it cannot read', () => {
  const kept = settings()
  kept.set('engine.modes', { old: 'another form' })
  expect(new MeasuredModes(kept).list()).toEqual([])
  expect(new MeasuredModes(kept).fastest(measured)).toBeNull()
})

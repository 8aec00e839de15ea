import { beforeAll, expect, it } from 'vitest'
import { engineBinding } from '../../../../tests/engine-binding'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { loadBackend } from '../backends/load'
import { createLearner } from '../models/registry'
import type { EngineEvent, ExecutionMode } from '../protocol'
import { chooseMode } from './mode'

beforeAll(async () => {
  await loadBackend({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 2 })
})

const events: EngineEvent[] = []
function choose(name: string, images: number, fastest: ExecutionMode | null): Promise<ExecutionMode> {
  const preset = presets.find((preset) => preset.name === name)!
  const configuration = presetConfiguration(preset)
  const parts = { createLearner } as never
  events.length = 0
  return chooseMode({
    parts,
    configuration: { ...configuration, training: { ...configuration.training, mode: 'auto' } },
    input: preset.input,
    images,
    fastest,
    emit: (event) => events.push(event),
  })
}

it('does not record what takes seconds, nor compile what takes minutes', async () => {
  expect(await choose('hrm-mnist', 100, 'xla')).toBe('eager')
  expect(await choose('hrm-mnist', 2000, 'xla')).toBe('graph')
  expect(events).toEqual([])
})

it('takes what was measured, and else measures', async () => {
  expect(await choose('hrm-mnist', 60_000, 'xla')).toBe('xla')
  expect(events).toEqual([])
  // A tiny model, on so many images that it is worth it.
  const chosen = await choose('testing-cnn', 1e9, null)
  const told = events.find(({ kind }) => kind === 'modes') as Extract<EngineEvent, { kind: 'modes' }>
  expect(told.images).toBe(32)
  const { graph, xla } = told.milliseconds
  expect(chosen).toBe(xla! < graph! ? 'xla' : 'graph')
})

import { beforeAll, expect, it } from 'vitest'
import { engineBinding } from '../../../../tests/engine-binding'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import type { Configuration } from '../../../shared/experiment/configuration'
import { loadBackend } from '../backends/load'
import { buildModel } from '../models/registry'
import { GraphFunctions } from './graph-functions'
import { ModelFunctions } from './model-functions'
import { ModelState } from './model-state'

beforeAll(async () => {
  await loadBackend({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 2 })
})

/** Of the testing HRM, in two lanes. */
function functionsOf(act: boolean): GraphFunctions {
  const preset = presets.find(({ name }) => name === 'testing-hrm')!
  const { model: plain, training } = presetConfiguration(preset)
  const model = buildModel({ ...plain, act } as Configuration['model'], preset.input)
  const state = new ModelState(model, training)
  const functions = new ModelFunctions(state, training, preset.input.classes)
  return new GraphFunctions(state, functions, preset.input, 2)
}

it.each([false, true])('defines what micro-batches compute once for each of their sizes (ACT %s)', (act) => {
  const functions = functionsOf(act)
  const sizes = [
    ['segment', 16, ['gradient-8']],
    ['segment', 17, ['gradient-8', 'gradient-9']],
    ['predict', 128, ['predict-32']],
    ['observe', 16, ['observe-8']],
    ...(act ? [['last-segment', 16, ['last-gradient-8']] as const] : []),
  ] as const
  for (const [name, batch, defined] of sizes) {
    const recording = functions.get(name, batch)
    expect([...recording.functions!.keys()], `${name}-${batch}`).toEqual(defined)
    const calls = recording.nodes.filter((node) => node.kind === 'operation' && node.operation === 'PartitionedCall')
    expect(calls).toHaveLength(batch === 128 ? 4 : 2)
    // The update, and little else.
    expect(recording.nodes.length).toBeLessThan(100)
  }
})

it('defines nothing for a batch that is not split', () => {
  expect(functionsOf(false).get('segment', 6).functions).toBeUndefined()
})

import { beforeAll, expect, it } from 'vitest'
import { engineBinding } from '../../../../tests/engine-binding'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { loadBackend } from '../backends/load'
import { tf } from '../backends/tf'
import { createLearner } from '../models/registry'
import { timeMode } from './time-mode'

beforeAll(async () => {
  await loadBackend({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 2 })
})

it.each(['eager', 'graph'] as const)('times a batch, %s, and leaves nothing behind', async (mode) => {
  const preset = presets.find(({ name }) => name === 'testing-hrm')!
  const order = { configuration: presetConfiguration(preset), input: preset.input, mode, images: 8 }
  const before = tf.memory().numTensors
  expect(await timeMode({ createLearner }, order, { device: 'CPU', threads: 2 })).toBeGreaterThan(0)
  // Constants of recordings stay with tfjs as long as the process.
  expect(tf.memory().numTensors).toBe(before)
})

import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import { engineBinding } from '../../../../tests/engine-binding'
import { executionModes } from '../../../shared/experiment/engine-info'
import { loadBackend } from '../backends/load'
import { verifyVectors } from './vectors'

const file = (name: string): string =>
  fileURLToPath(new URL(`../../../../tests/vectors/${name}.safetensors`, import.meta.url))

beforeAll(async () => {
  await loadBackend({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 2 })
})

const names = ['hrm-small-cosine', 'hrm-small-warmup', 'cnn-small']

it.each(
  names
    .flatMap((name) => executionModes.map((mode) => ({ name, mode })))
    // The same model as the other's, with another schedule: half a minute of compiling for nothing new.
    .filter(({ name, mode }) => !(name === 'hrm-small-warmup' && mode === 'xla')),
)('$name agrees on native TensorFlow, $mode', ({ name, mode }) => {
  const groups = verifyVectors(file(name), mode)
  expect(groups.filter(({ worst, tolerance }) => !(worst <= tolerance))).toEqual([])
})

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
    .flatMap((name) => executionModes.map((mode) => ({ name, mode, lanes: 1 })))
    // The same model as the other's, with another schedule: half a minute of compiling for nothing new.
    .filter(({ name, mode }) => !(name === 'hrm-small-warmup' && mode === 'xla'))
    .concat({ name: 'hrm-small-cosine', mode: 'graph', lanes: 2 }),
)('$name agrees on native TensorFlow, $mode, lanes: $lanes', ({ name, mode, lanes }) => {
  const groups = verifyVectors(file(name), mode, lanes)
  expect(groups.filter(({ worst, tolerance }) => !(worst <= tolerance))).toEqual([])
})

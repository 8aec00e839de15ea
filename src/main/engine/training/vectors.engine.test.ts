import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import { engineBinding } from '../../../../tests/engine-binding'
import { loadBackend } from '../backends/load'
import { verifyVectors } from './vectors'

const file = (name: string): string =>
  fileURLToPath(new URL(`../../../../tests/vectors/${name}.safetensors`, import.meta.url))

beforeAll(async () => {
  await loadBackend({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 2 })
})

it.each(['hrm-small-cosine', 'hrm-small-warmup', 'cnn-small'])('%s agrees on native TensorFlow', (name) => {
  const groups = verifyVectors(file(name))
  expect(groups.filter(({ worst, tolerance }) => !(worst <= tolerance))).toEqual([])
})

import { fileURLToPath } from 'node:url'
import { beforeAll, expect, it } from 'vitest'
import { loadBackend } from '../backends/load'
import { verifyVectors } from './vectors'

const file = (name: string): string =>
  fileURLToPath(new URL(`../../../../tests/vectors/${name}.safetensors`, import.meta.url))

beforeAll(async () => {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
})

it.each(['hrm-small-cosine', 'hrm-small-warmup', 'cnn-small'])('%s agrees on plain JavaScript', (name) => {
  const groups = verifyVectors(file(name))
  expect(groups.filter(({ worst, tolerance }) => !(worst <= tolerance))).toEqual([])
})

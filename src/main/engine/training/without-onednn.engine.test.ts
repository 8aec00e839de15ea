import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { engineBinding } from '../../../../tests/engine-binding'
import { loadBackend } from '../backends/load'
import { verifyVectors } from './vectors'

const before = process.env['TF_ENABLE_ONEDNN_OPTS']
beforeAll(async () => {
  process.env['TF_ENABLE_ONEDNN_OPTS'] = '0'
  await loadBackend({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 2 })
})
afterAll(() => {
  if (before === undefined) delete process.env['TF_ENABLE_ONEDNN_OPTS']
  else process.env['TF_ENABLE_ONEDNN_OPTS'] = before
})

it.each(['hrm-small-warmup', 'cnn-small'])('%s agrees as a graph where oneDNN is turned off', (name) => {
  const file = fileURLToPath(new URL(`../../../../tests/vectors/${name}.safetensors`, import.meta.url))
  const groups = verifyVectors(file, 'graph')
  expect(groups.filter(({ worst, tolerance }) => !(worst <= tolerance))).toEqual([])
})

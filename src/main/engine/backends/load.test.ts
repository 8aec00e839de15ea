import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { LabError } from '../../../shared/errors'
import { loadBackend } from './load'
import { nativeOps } from './native-ops'
import { tf } from './tf'

const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-backend-'))
afterAll(() => rmSync(folder, { recursive: true }))

it('says which binding is missing', async () => {
  const attempt = loadBackend({ backend: 'tensorflow', bindingPath: '/nowhere/tfjs_binding.node', threads: 1 })
  await expect(attempt).rejects.toThrow(LabError)
  await expect(attempt).rejects.toThrow('/nowhere/tfjs_binding.node')
  await expect(loadBackend({ backend: 'tensorflow', bindingPath: null, threads: 1 })).rejects.toThrow(LabError)
})

it('says why a binding does not load, and takes nothing else instead', async () => {
  const broken = join(folder, 'tfjs_binding.node')
  writeFileSync(broken, 'not a library')
  const attempt = loadBackend({ backend: 'tensorflow', bindingPath: broken, threads: 1 })
  await expect(attempt).rejects.toThrow(LabError)
  await expect(attempt).rejects.toThrow(broken)
})

it('loads the plain backend only when asked, and says what it is', async () => {
  const start = { backend: 'cpu', bindingPath: null, threads: 4 } as const
  const info = await loadBackend(start)
  expect(info).toMatchObject({ backend: 'cpu', device: 'CPU', tensorflow: null, threads: 1 })
  expect(tf.getBackend()).toBe('cpu')
  expect(nativeOps()).toBeNull()
  await expect(loadBackend(start)).resolves.toEqual(info)
  await expect(loadBackend({ ...start, backend: 'tensorflow' })).rejects.toThrow(/already runs on cpu/)
})

it('shares one tfjs-core with the packages that stand on it', () => {
  expect(tf.backend()).toBeInstanceOf(tf.KernelBackend)
})

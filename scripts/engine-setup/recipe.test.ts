import { expect, it } from 'vitest'
import { planFor, readLock, wheelTags } from './recipe.mjs'
import { takes } from './unpack.mjs'

const lock = readLock()
const recipes = Object.entries(lock.platforms).flatMap(([platform, { cpu, cuda }]) =>
  [cpu, ...(cuda ? [cuda] : [])].map((recipe) => ({ platform, recipe })),
)

it('names a size and a hash for every wheel, and versions that agree with the file names', () => {
  const wheels = [
    ...recipes.flatMap(({ recipe }) => recipe.wheels),
    ...Object.values(lock.platforms).map((p) => p.compiler),
  ]
  for (const wheel of wheels) {
    expect(wheel.sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(wheel.bytes).toBeGreaterThan(1e6)
    expect(wheel.file).toMatch(new RegExp(`^${wheel.name.replaceAll('-', '_')}-${wheel.version}-.*\\.whl$`))
  }
})

it('takes the libraries that the binding is linked against', () => {
  for (const { recipe } of recipes) {
    expect(recipe.libraries.length).toBeGreaterThan(0)
    for (const library of recipe.libraries) expect(takes(recipe, library)).toBe(true)
    expect(takes(recipe, 'tensorflow/include/tensorflow/c/eager/c_api.h')).toBe(true)
    expect(takes(recipe, 'tensorflow/python/keras/__init__.py')).toBe(false)
  }
})

it('keeps the folder layout by which TensorFlow finds the CUDA libraries', () => {
  const { recipe } = planFor('cuda', 'linux-x64')
  expect(takes(recipe, 'nvidia/cudnn/lib/libcudnn.so.9')).toBe(true)
  expect(takes(recipe, 'nvidia/cuda_nvcc/nvvm/libdevice/libdevice.10.bc')).toBe(true)
  expect(takes(recipe, 'nvidia/cudnn/include/cudnn.h')).toBe(false)
})

it('gives every kind and every recipe a folder of its own', () => {
  const cpu = planFor('cpu', 'linux-x64')
  expect(cpu.key).toMatch(/^tensorflow-2\.21\.0-cpu-linux-x64-napi8-[0-9a-f]{10}$/)
  expect(planFor('cuda', 'linux-x64').key).not.toBe(cpu.key)
  const newer = structuredClone(lock)
  const wheel = newer.platforms['linux-x64']?.cpu.wheels[0]
  if (!wheel) throw new Error('linux-x64 has no wheel')
  wheel.sha256 = '0'.repeat(64)
  expect(planFor('cpu', 'linux-x64', newer).key).not.toBe(cpu.key)
})

it('says what there is where a platform or a kind is missing', () => {
  expect(() => planFor('cpu', 'sunos-x64')).toThrow('TensorFlow has no wheels for sunos-x64.')
  expect(() => planFor('cuda', 'win32-x64')).toThrow(/no CUDA wheels for win32-x64/)
})

it('reads the tags of a wheel', () => {
  const file = 'nvidia_cufft_cu12-11.4.1.4-py3-none-manylinux2014_x86_64.manylinux_2_17_x86_64.whl'
  expect(wheelTags({ name: '', version: '', file, bytes: 0, sha256: '' })).toEqual({
    python: 'py3',
    abi: 'none',
    platform: 'manylinux2014_x86_64',
  })
})

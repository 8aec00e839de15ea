import { describe, expect, it } from 'vitest'
import { lanesOf, microBatches } from './lanes'
import { presetConfiguration, presets } from './presets'

const configurationOf = (name: string) => presetConfiguration(presets.find((preset) => preset.name === name)!)
const cpu = { backend: 'tensorflow', device: 'CPU', threads: 2 } as const

describe('lanesOf', () => {
  it('has a lane for each thread where images are apart', () => {
    expect(lanesOf(configurationOf('hrm-mnist'), 'graph', cpu)).toBe(2)
    expect(lanesOf(configurationOf('hrm-mnist'), 'graph', { ...cpu, threads: 32 })).toBe(32)
    expect(lanesOf(configurationOf('hrm-mnist'), 'graph', { ...cpu, threads: 48 })).toBe(1)
  })

  it('has none elsewhere', () => {
    for (const mode of ['eager', 'xla'] as const) expect(lanesOf(configurationOf('hrm-mnist'), mode, cpu)).toBe(1)
    for (const name of ['cnn-cifar10', 'hrm-stem-cifar10']) expect(lanesOf(configurationOf(name), 'graph', cpu)).toBe(1)
    expect(lanesOf(configurationOf('hrm-mnist'), 'graph', { ...cpu, device: 'GPU' })).toBe(1)
    expect(lanesOf(configurationOf('hrm-mnist'), 'graph', { ...cpu, backend: 'cpu' })).toBe(1)
  })
})

describe('microBatches', () => {
  it.each([
    [128, 1, [128]],
    [128, 2, [32, 32, 32, 32]],
    [96, 2, [24, 24, 24, 24]],
    [113, 2, [28, 28, 28, 29]],
    [64, 16, Array<number>(16).fill(4)],
    [9, 2, [4, 5]],
    [7, 4, [7]],
    [1, 2, [1]],
  ])('splits %i images for %i lanes', (batch, lanes, sizes) => {
    expect(microBatches(batch, lanes)).toEqual(sizes)
  })
})

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/errors'
import { loadBackend } from '../backends/load'
import type { SafetensorsContent } from '../../../shared/tensors/safetensors'
import { readSafetensors, writeSafetensors } from './safetensors'
import { verifyVectors } from './vectors'

const file = (name: string): string =>
  fileURLToPath(new URL(`../../../../tests/vectors/${name}.safetensors`, import.meta.url))

beforeAll(async () => {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
})

it.each(['hrm-small-cosine', 'hrm-small-warmup', 'cnn-small'])('%s agrees on plain JavaScript', (name) => {
  const groups = verifyVectors(file(name), 'eager')
  expect(groups.filter(({ worst, tolerance }) => !(worst <= tolerance))).toEqual([])
})

describe('a file that disagrees or is none', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-vectors-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const whole = readSafetensors(file('cnn-small'))

  /** The CNN's file with its tensors or metadata changed. */
  function changed(change: Partial<SafetensorsContent>): string {
    const path = join(folder, 'changed.safetensors')
    const { tensors, metadata } = { ...whole, ...change }
    writeSafetensors(path, tensors, metadata)
    return path
  }

  it('fails the group of a wrong number, naming its tensor', () => {
    const name = 'batch1.after.conv1.kernel'
    const tensors = whole.tensors.map((tensor) =>
      tensor.name === name
        ? { ...tensor, data: tensor.data.map((value, i) => (i === 3 ? value + 0.001 : value)) }
        : tensor,
    )
    const [failed, ...others] = verifyVectors(changed({ tensors }), 'eager').filter(
      ({ worst, tolerance }) => worst > tolerance,
    )
    expect(failed).toMatchObject({ group: 'parameters', worstTensor: name, unit: 'learning-rate steps' })
    expect(failed!.worst).toBeCloseTo(0.001 / 0.003, 2)
    expect(others).toEqual([])
  })

  it('allows logits more from the third batch on, and nothing else', () => {
    const off = (name: string): number[] => {
      const tensors = whole.tensors.map((tensor) =>
        tensor.name === name ? { ...tensor, data: tensor.data.map((value) => value * 1.003) } : tensor,
      )
      return verifyVectors(changed({ tensors }), 'eager').flatMap(({ worst, tolerance }) =>
        worst > tolerance ? [tolerance] : [],
      )
    }
    expect(['batch1.logits', 'batch2.logits', 'batch2.loss'].map(off)).toEqual([[1e-3], [], [1e-3]])
  })

  it('fails on tensors that nothing is compared with', () => {
    const tensors = [...whole.tensors, { name: 'batch9.logits', shape: [1], data: Float32Array.of(0) }]
    expect(verifyVectors(changed({ tensors }), 'eager').at(-1)).toMatchObject({
      group: 'not compared',
      tensors: 1,
      worstTensor: 'batch9.logits',
      worst: Infinity,
    })
  })

  it.each<[string, Record<string, string>, RegExp]>([
    ['no metadata', {}, /model/],
    ['an unknown model', { ...whole.metadata, model: 'mlp' }, /model/],
    ['an unknown schedule', { ...whole.metadata, schedule: 'constant' }, /“constant” is not known/],
    ['no width', { ...whole.metadata, width: 'wide' }, /width/],
    ['another number of batches', { ...whole.metadata, batches: '5' }, /images has not the size/],
    ['images too small', { ...whole.metadata, imageSize: '2' }, /at least 4/],
  ])('refuses %s', (_, metadata, reason) => {
    const attempt = () => verifyVectors(changed({ metadata }), 'eager')
    expect(attempt).toThrow(LabError)
    expect(attempt).toThrow(reason)
  })
})

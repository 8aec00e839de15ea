import { readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/errors'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { temporaryFolder, tinyInput } from '../testing/data-set'
import { LinearLearner } from '../testing/linear-learner'
import { pruneCheckpoints, readCheckpoint, writeCheckpoint } from './checkpoint'
import { startPosition } from './position'
import { writeSafetensors } from './safetensors'

const state = {
  configuration: presetConfiguration(presets.find(({ name }) => name === 'testing-cnn')!),
  dataSetHash: 'a'.repeat(64),
  engine: { backend: 'cpu' as const, device: 'CPU', tensorflow: null, tfjs: '4', node: '24', threads: 1 },
  position: {
    ...startPosition,
    epoch: 1,
    batch: 2,
    step: 10,
    seconds: 1 / 3,
    sums: { ...startPosition.sums, loss: 0.1 + 0.2 },
  },
  random: { seed: 42, stream: 0x4000_0001, position: 0 },
}
let folder: string
let file: string
beforeEach(() => {
  folder = temporaryFolder()
  file = writeCheckpoint(folder, new LinearLearner(tinyInput), state).file
})

describe('checkpoint', () => {
  it('gives back what was written, sums to the last bit', () => {
    expect(file).toBe(join(folder, 'checkpoint-0001-000002.safetensors'))
    const read = readCheckpoint(file)
    expect(read.state).toEqual({ ...state, optimizerStep: 0 })
    expect(read.weights.map(({ name }) => name)).toEqual(['head'])
    expect(read.moments.map(({ name }) => name)).toEqual(['moment1.head'])
  })

  it('deletes all but those to keep, and leaves other files alone', () => {
    writeFileSync(join(folder, 'notes.txt'), '')
    writeFileSync(join(folder, 'checkpoint-0000-000009.safetensors.part'), '')
    const later = writeCheckpoint(folder, new LinearLearner(tinyInput), {
      ...state,
      position: { ...state.position, batch: 3 },
    }).file
    pruneCheckpoints(folder, [later])
    expect(() => readFileSync(file)).toThrow('ENOENT')
    expect(readFileSync(later).length).toBeGreaterThan(0)
    expect(readFileSync(join(folder, 'notes.txt'), 'utf8')).toBe('')
    expect(() => readFileSync(join(folder, 'checkpoint-0000-000009.safetensors.part'))).toThrow('ENOENT')
  })

  const metadata = { format: 'hrm-lab-checkpoint', version: '1', state: '{}' }
  it.each<[string, string, () => void]>([
    ['cut short', 'safetensors', () => truncateSync(file, 3000)],
    ['something else', 'not written by HRM Lab', () => void writeSafetensors(file, [], {})],
    ['of another version', 'version is 9', () => void writeSafetensors(file, [], { ...metadata, version: '9' })],
    ['without a position', 'position', () => void writeSafetensors(file, [], metadata)],
  ])('refuses a file that is %s', (_, reason, damage) => {
    damage()
    const read = (): unknown => readCheckpoint(file)
    expect(read).toThrow(LabError)
    expect(read).toThrow(reason)
    expect(read).toThrow(file)
  })
})

import { describe, expect, it } from 'vitest'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { configurationGroups, differences, missingPaths } from './configuration-rows'

describe('the configuration of a run', () => {
  it.each(presets.map((preset) => [preset.name, presetConfiguration(preset)] as const))(
    'of %s shows every field, and no difference to itself',
    (_, configuration) => {
      expect(missingPaths(configuration)).toEqual([])
      expect(differences(configurationGroups(configuration))).toBe(0)
    },
  )

  it('marks what differs from its preset, the seed aside', () => {
    const base = presetConfiguration(presets.find(({ name }) => name === 'hrm-mnist')!)
    const training = { ...base.training, batch: base.training.batch + 1, seed: base.training.seed + 1 }
    const groups = configurationGroups({ ...base, training })
    const marked = groups.flatMap(({ rows }) => rows).filter(({ preset }) => preset !== null)
    expect(marked.map(({ path }) => path)).toEqual(['training.batch'])
    expect(marked[0]!.preset).toContain(String(base.training.batch))
  })

  it('of no preset has no differences', () => {
    const base = presetConfiguration(presets[0]!)
    expect(differences(configurationGroups({ ...base, preset: null }))).toBe(0)
  })
})

import { beforeAll, describe, expect, it } from 'vitest'
import { presets } from '../../../shared/experiment/presets'
import { families, insideOf } from '../../../shared/experiment/registry'
import { LabError } from '../../../shared/errors'
import { loadBackend } from '../backends/load'
import { buildModel, builders } from './registry'

beforeAll(async () => {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
})

it('builds every family that is declared, and no other', () => {
  expect(Object.keys(builders).sort()).toEqual(Object.keys(families).sort())
})

describe.each(presets)('preset $name', ({ model, input, parameters }) => {
  it('has exactly its number of parameters', () => {
    const built = buildModel(model, input)
    expect(built.parameters.count).toBe(parameters)
    expect(built.inside.kind).toBe(insideOf(model.family))
    built.dispose()
  })
})

it('refuses a model that breaks a rule, naming the field', () => {
  const preset = presets.find(({ name }) => name === 'hrm-mnist')!
  const attempt = () => buildModel({ ...preset.model, heads: 3 } as typeof preset.model, preset.input)
  expect(attempt).toThrow(LabError)
  expect(attempt).toThrow(/heads \(3\) must divide width \(128\)/)
})

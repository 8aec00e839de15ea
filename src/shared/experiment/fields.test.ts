import { describe, expect, it } from 'vitest'
import type { z } from 'zod'
import { configurationSchema, trainingSchema } from './configuration'
import { fieldGroups } from './field'
import { allFields, fieldsIn, fieldsOf, presetValues, schemaProblems, unsetPaths } from './fields'
import { leaves, valueAt, withValue } from './paths'
import { presetConfiguration, presets } from './presets'
import { families, type FamilyName } from './registry'

const familyNames = Object.keys(families) as FamilyName[]
const preset = (name: string) => presetConfiguration(presets.find((p) => p.name === name)!)

/** Paths of every leaf that a strict schema has, whatever the values. */
function schemaPaths(shape: z.ZodRawShape, prefix: string): string[] {
  return Object.entries(shape).flatMap(([key, schema]) =>
    'shape' in schema ? schemaPaths((schema as z.ZodObject).shape, `${prefix}${key}.`) : [prefix + key],
  )
}

describe.each(familyNames)('fields of %s', (family) => {
  const fields = fieldsOf(family)
  it('are the leaves of the schema, each once', () => {
    const leaves = [
      ...schemaPaths(families[family].schema.shape, 'model.'),
      ...schemaPaths(trainingSchema.shape, 'training.'),
    ]
    expect(fields.map(({ path }) => path).sort()).toEqual(leaves.sort())
    expect([...Object.keys(configurationSchema.shape)].sort()).toEqual(['model', 'training', ...unsetPaths].sort())
  })

  it('say what they do and why they are so', () => {
    for (const field of fields) {
      expect(field.help, field.path).toMatch(/\.$/)
      expect(field.reason, field.path).toMatch(/\.$/)
      if (field.kind === 'choice') expect(Object.keys(field.choices!).sort()).toEqual([...field.options].sort())
      if (field.nullable) expect(field.empty, field.path).toBeTruthy()
      if (field.when) expect(valueAt(preset('hrm-cifar10'), field.when.path)).toBeDefined()
    }
  })

  it('stand in one group each', () => {
    expect(fieldGroups.flatMap((group) => fieldsIn(family, group))).toEqual(fields)
  })
})

it('holds the values of every preset', () => {
  for (const name of presets.map((p) => p.name)) {
    const configuration = preset(name)
    const paths = fieldsOf(configuration.model.family).map(({ path }) => path)
    expect([...paths, ...unsetPaths].sort()).toEqual(
      leaves(configuration)
        .map(([path]) => path)
        .sort(),
    )
  }
})

it('takes kind and range from the schema', () => {
  const find = (path: string) => allFields().find((field) => field.path === path)
  expect(find('training.epochs')).toMatchObject({ kind: 'integer', minimum: 1, maximum: 100_000 })
  expect(find('training.learningRate')).toMatchObject({ kind: 'number', minimum: 0, maximum: 10 })
  expect(find('training.clipNorm')).toMatchObject({ kind: 'number', minimum: 0, maximum: null })
  expect(find('training.trainLimit')).toMatchObject({ kind: 'integer', nullable: true, minimum: 1, maximum: null })
  expect(find('training.schedule.counts')).toMatchObject({ kind: 'choice', options: ['published', 'batch'] })
  expect(find('model.act')).toMatchObject({ kind: 'boolean' })
  expect(find('model.dropout')).toMatchObject({ kind: 'number', minimum: 0, maximum: 0.95 })
})

it('tells which presets have which value', () => {
  expect(presetValues('model.heads')).toEqual([
    { value: 4, presets: ['hrm-mnist', 'hrm-stem-cifar10'] },
    { value: 6, presets: ['hrm-cifar10', 'hrm-cifar100'] },
  ])
})

it.each([
  ['training.epochs', 0, 'Must be at least 1.'],
  ['training.epochs', 1.5, 'Must be a whole number.'],
  ['training.epochs', 'x', 'Must be a number.'],
  ['training.learningRate', 0, 'Must be more than 0.'],
  ['training.schedule.floor', 1.5, 'Must be at most 1.'],
  ['training.trainLimit', 0, 'Must be at least 1.'],
  ['model.width', null, 'Must be a number.'],
])('explains %s = %j at its path', (path, value, words) => {
  expect([...schemaProblems(withValue(preset('hrm-mnist'), path, value))]).toEqual([[path, words]])
})

it('changes a value without touching the tree', () => {
  const tree = { a: { b: 1, c: 2 }, d: 3 }
  expect(withValue(tree, 'a.b', 9)).toEqual({ a: { b: 9, c: 2 }, d: 3 })
  expect(tree.a.b).toBe(1)
  expect(valueAt(tree, 'a.x.y')).toBeUndefined()
})

import { z } from 'zod'
import { configurationSchema, trainingSchema } from './configuration'
import { fieldGroups, type FieldGroup, type FieldNote } from './field'
import { valueAt } from './paths'
import { presets } from './presets'
import { families, type FamilyName } from './registry'
import { trainingNotes } from './training-notes'

/** A field of a configuration: its note, and what the schema says of it. */
export interface Field extends FieldNote {
  /** As 'training.schedule.floor'. */
  readonly path: string
  readonly kind: 'integer' | 'number' | 'choice' | 'boolean'
  /** Range of a number, both ends in it or not as the schema says; null: none. */
  readonly minimum: number | null
  readonly maximum: number | null
  /** Values of a choice, else empty. */
  readonly options: readonly string[]
  readonly nullable: boolean
}

/** The leaves of a configuration that no person sets. */
export const unsetPaths: readonly string[] = ['version', 'preset']

const familyNames = Object.keys(families) as readonly FamilyName[]

const familyNote: FieldNote = {
  label: 'Model',
  group: 'Model',
  help: 'What kind of model learns. Another kind begins with the values of its own preset.',
  reason: 'The paper compares its HRM with a plain CNN; the stem is the first variant past the paper.',
  choices: Object.fromEntries(familyNames.map((name) => [name, families[name].label])),
}

/** Every field of a configuration with a model of this family, in the order of a form. */
export function fieldsOf(family: FamilyName): readonly Field[] {
  return tables[family]
}

/** Every field of every family, each path once. */
export const allFields = (): readonly Field[] => [
  ...new Map(familyNames.flatMap((family) => tables[family].map((field) => [field.path, field]))).values(),
]

/** A group's fields, in order. */
export const fieldsIn = (family: FamilyName, group: FieldGroup): readonly Field[] =>
  tables[family].filter((field) => field.group === group)

/** What the presets that have a field set it to: each value with the presets' names, the tests' own left out. */
export function presetValues(path: string): { readonly value: unknown; readonly presets: readonly string[] }[] {
  const values = new Map<unknown, string[]>()
  for (const preset of presets.filter(({ name }) => !name.startsWith('testing-'))) {
    const value = valueAt(preset, path)
    if (value !== undefined) values.set(value, [...(values.get(value) ?? []), preset.name])
  }
  return [...values].map(([value, names]) => ({ value, presets: names }))
}

function table(family: FamilyName): readonly Field[] {
  const model = families[family]
  const fields = [
    field('model.family', familyNote, z.enum(familyNames)),
    ...fieldsBelow('model', model.fields, model.schema),
    ...fieldsBelow('training', trainingNotes, trainingSchema),
  ]
  return fieldGroups.flatMap((group) => fields.filter((one) => one.group === group))
}

/** A note, or a part with notes below it: no part has a field called 'label'. */
type Notes = { readonly [key: string]: FieldNote | Notes }
const isNote = (value: FieldNote | Notes): value is FieldNote => typeof value['label'] === 'string'

function fieldsBelow(prefix: string, notes: object, schema: z.ZodObject): Field[] {
  return Object.entries(notes as Notes).flatMap(([key, note]) => {
    const path = `${prefix}.${key}`
    const inner = schema.shape[key] as z.ZodType
    return isNote(note) ? [field(path, note, inner)] : fieldsBelow(path, note, inner as z.ZodObject)
  })
}

function field(path: string, note: FieldNote, schema: z.ZodType): Field {
  const given = schema instanceof z.ZodDefault ? schema.unwrap() : schema
  const nullable = given instanceof z.ZodNullable
  const inner = nullable ? given.unwrap() : given
  const rest = { ...note, path, nullable, minimum: null, maximum: null, options: [] }
  if (inner instanceof z.ZodBoolean) return { ...rest, kind: 'boolean' }
  if (inner instanceof z.ZodEnum) return { ...rest, kind: 'choice', options: inner.options.map(String) }
  if (!(inner instanceof z.ZodNumber)) throw new Error(`The form has no control for the field ${path}.`)
  const ends = { minimum: finite(inner.minValue), maximum: finite(inner.maxValue) }
  return { ...rest, ...ends, kind: inner.isInt ? 'integer' : 'number' }
}

/** Whole numbers without an end of their own have the largest safe one; that is no range to tell. */
const finite = (end: number | null): number | null =>
  end === null || !Number.isFinite(end) || Math.abs(end) >= Number.MAX_SAFE_INTEGER ? null : end

const tables = Object.fromEntries(familyNames.map((family) => [family, table(family)])) as Record<
  FamilyName,
  readonly Field[]
>

/** What breaks the schema: for each path, in words. @param value the configuration as a form or a file has it */
export function schemaProblems(value: unknown): Map<string, string> {
  const parsed = configurationSchema.safeParse(value)
  if (parsed.success) return new Map()
  return new Map(parsed.error.issues.map((issue) => [issue.path.join('.'), issueWords(issue)]))
}

function issueWords(issue: z.core.$ZodIssue): string {
  if (issue.code === 'too_small') return `Must be ${issue.inclusive ? 'at least' : 'more than'} ${issue.minimum}.`
  if (issue.code === 'too_big') return `Must be ${issue.inclusive ? 'at most' : 'less than'} ${issue.maximum}.`
  if (issue.code === 'invalid_type')
    return issue.expected === 'int' ? 'Must be a whole number.' : `Must be a ${issue.expected}.`
  return `${issue.message}.`
}

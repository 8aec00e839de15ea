import { z } from 'zod'
import { CONFIGURATION_VERSION, type Configuration } from '../../shared/experiment/configuration'
import type { InputShape } from '../../shared/experiment/family'
import { fieldsOf, schemaProblems } from '../../shared/experiment/fields'
import { valueAt, withValue } from '../../shared/experiment/paths'
import { presetConfiguration, presets, type Preset } from '../../shared/experiment/presets'
import { checkModel, families, type FamilyName } from '../../shared/experiment/registry'
import { checkTraining } from '../../shared/experiment/training-rules'
import { type ExperimentDefaults, withDefaults } from '../../shared/settings/settings'

const draftSchema = z.object({
  preset: z.string().nullable(),
  dataSet: z.string().nullable(),
  family: z.enum(Object.keys(families) as FamilyName[]).nullable(),
  name: z.string().nullable(),
  seeds: z.string().nullable(),
  changes: z.record(z.string(), z.unknown()),
})
/**
 * An experiment as far as a person has chosen it; what is null follows from the rest. `changes` holds, by path, only what
 * differs from the preset; a number that cannot be read stays there as the text that was typed.
 */
export type Draft = Readonly<z.infer<typeof draftSchema>>

/** Nothing chosen yet. */
export const emptyDraft: Draft = { preset: null, dataSet: null, family: null, name: null, seeds: null, changes: {} }

/** A draft as it was kept; what no draft can be is an empty one. */
export const readDraft = (kept: unknown): Draft => draftSchema.safeParse(kept).data ?? emptyDraft

/**
 * What the draft begins with: its preset, or where another model was chosen, that model as its own first preset has it; with
 * the person's defaults.
 */
export function baseOf(preset: Preset, family: FamilyName | null, defaults: ExperimentDefaults): Configuration {
  const configuration = withDefaults(presetConfiguration(preset), defaults)
  if (family === null || family === preset.model.family) return configuration
  const like = presets.find((other) => other.model.family === family && other.data === preset.data)
  const model = (like ?? presets.find((other) => other.model.family === family)!).model
  return { ...configuration, model: structuredClone(model) }
}

/** The configuration that a form holds: not checked yet. */
export function applyChanges(base: Configuration, changes: Draft['changes']): Configuration {
  return Object.entries(changes).reduce((tree, [path, value]) => withValue(tree, path, value), base)
}

/** The draft with another value of a field; a value that is the base's own is no change. */
export function withChange(draft: Draft, base: Configuration, path: string, value: unknown): Draft {
  const { [path]: _, ...others } = draft.changes
  return { ...draft, changes: Object.is(valueAt(base, path), value) ? others : { ...others, [path]: value } }
}

/** The draft with another kind of model: what was changed of the former model goes with it. */
export function withFamily(draft: Draft, family: FamilyName, preset: Preset): Draft {
  const kept = Object.entries(draft.changes).filter(([path]) => !path.startsWith('model.'))
  return { ...draft, family: family === preset.model.family ? null : family, changes: Object.fromEntries(kept) }
}

/** What is wrong with a configuration, by path, in sentences: the schema's ranges, then the rules between fields and data. */
export function problemsOf(configuration: Configuration, input: InputShape | null): ReadonlyMap<string, string> {
  const problems = schemaProblems(configuration)
  if (problems.size > 0) return problems
  const broken = [...checkModel(configuration.model, input), ...checkTraining(configuration.training)]
  for (const { path, rule } of broken) problems.set(path.join('.'), sentence(rule))
  return problems
}

/** {@link problemsOf}, and what is wrong beside the configuration: at 'dataSet', 'name' and the seeds' field. */
export function formProblems(
  configuration: Configuration,
  { input, name, seeds }: { input: InputShape | null; name: string; seeds: readonly number[] | string },
): ReadonlyMap<string, string> {
  const problems = new Map(problemsOf(configuration, input))
  if (!input) problems.set('dataSet', 'Choose a data set: the one chosen before is no longer there.')
  if (name.trim() === '') problems.set('name', 'Give the experiment a name.')
  if (typeof seeds === 'string') problems.set('training.seed', seeds)
  return problems
}

const sentence = (rule: string): string => `${rule[0]!.toUpperCase()}${rule.slice(1)}.`

/** What a clone needs to know of a run. */
export interface RunToClone {
  readonly run: { readonly name: string; readonly dataSet: string; readonly seed: number }
  readonly configuration: Configuration
}

/** A draft that would do a run again: its data, its configuration and its seed, under a name of its own. */
export function draftOfRun({ run, configuration }: RunToClone, defaults: ExperimentDefaults): Draft {
  const { family } = configuration.model
  const preset =
    presets.find(({ name }) => name === configuration.preset) ?? presets.find(({ model }) => model.family === family)!
  const base = baseOf(preset, family, defaults)
  const fields = fieldsOf(family).filter(({ path, list }) => path !== 'model.family' && !list)
  const start: Draft = {
    ...emptyDraft,
    preset: preset.name,
    dataSet: run.dataSet,
    family: family === preset.model.family ? null : family,
    name: cloneName(run.name),
    seeds: String(run.seed),
  }
  return fields.reduce((draft, { path }) => withChange(draft, base, path, valueAt(configuration, path)), start)
}

/** ‘try’ is cloned as ‘try, again’, and that one under the same name: runs are told apart by their number. */
const cloneName = (name: string): string => (name.endsWith(', again') ? name : `${name}, again`).slice(0, 200)

/** The configuration with its first seed, as the lab takes it. */
export const withSeed = (configuration: Configuration, seed: number): Configuration => ({
  ...configuration,
  version: CONFIGURATION_VERSION,
  training: { ...configuration.training, seed },
})

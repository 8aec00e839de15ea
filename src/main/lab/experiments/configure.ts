import { readFileSync } from 'node:fs'
import { closest } from 'fastest-levenshtein'
import { parse as parseYaml } from 'yaml'
import type { z } from 'zod'
import { configurationSchema, type Configuration } from '../../../shared/experiment/configuration'
import { LabError } from '../../../shared/errors'
import type { InputShape } from '../../../shared/experiment/family'
import { allFields, fieldsOf } from '../../../shared/experiment/fields'
import { valueAt } from '../../../shared/experiment/paths'
import { presetConfiguration, presets, type Preset } from '../../../shared/experiment/presets'
import { checkModel, families, type FamilyName } from '../../../shared/experiment/registry'
import { checkTraining } from '../../../shared/experiment/training-rules'
import { type ExperimentDefaults, withDefaults } from '../../../shared/settings/settings'

type Tree = { [key: string]: unknown }
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Finds a preset. @throws LabError 'not-found' with the nearest name. */
export function findPreset(name: string): Preset {
  const preset = presets.find((p) => p.name === name)
  if (preset) return preset
  const names = presets.map((p) => p.name)
  throw new LabError(
    'not-found',
    `There is no preset ${name}.`,
    `Did you mean ${closest(name, names)}? All: ${names.join(', ')}.`,
  )
}

/** Where a configuration comes from, each over the one before: preset, defaults, file (YAML or JSON), assignments `path=value`. */
export interface ConfigurationSources {
  readonly preset: string
  /** What a person wants all new experiments to begin with. */
  readonly defaults?: ExperimentDefaults
  readonly file?: string | undefined
  readonly assignments?: readonly string[]
}

/**
 * Builds a configuration and checks every field and rule that does not need the data.
 * @throws LabError 'bad-input' naming the field, the value, the rule and the nearest right name.
 */
export function configure(sources: ConfigurationSources): Configuration {
  const preset = presetConfiguration(findPreset(sources.preset))
  const tree = withDefaults(preset, sources.defaults ?? {}) as unknown as Tree
  if (sources.file !== undefined) mergeFile(tree, sources.file)
  for (const assignment of sources.assignments ?? []) assign(tree, assignment)
  return validate(tree, null)
}

/** Read by people at a form and by people at a terminal. */
const HOW_TO_CHANGE = 'Give the field another value (in a terminal with --set or in the file).'

/** Checks a configuration against the images it shall train on. @throws LabError 'bad-input'. */
export function validate(value: unknown, input: InputShape | null): Configuration {
  const parsed = configurationSchema.safeParse(value)
  if (!parsed.success) throw new LabError('bad-input', issueText(parsed.error.issues[0]!, value), HOW_TO_CHANGE)
  const broken = [...checkModel(parsed.data.model, input), ...checkTraining(parsed.data.training)]
  if (broken.length > 0)
    throw new LabError('bad-input', `${broken[0]!.path.join('.')}: ${broken[0]!.rule}.`, HOW_TO_CHANGE)
  return parsed.data
}

function mergeFile(tree: Tree, file: string): void {
  let content: unknown
  try {
    content = parseYaml(readFileSync(file, 'utf8')) // JSON is YAML too
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    throw new LabError('bad-input', `${file}: ${reason}`, 'Give a readable YAML or JSON file.', { cause })
  }
  if (!isTree(content))
    throw new LabError('bad-input', `${file}: it holds no fields.`, 'Write for example “training: {epochs: 5}”.')
  merge(tree, content, '', file)
}

function merge(target: Tree, source: Tree, prefix: string, file: string): void {
  for (const [key, value] of Object.entries(source)) {
    const path = prefix + key
    if (!(key in target) && !changesFamily(target, source, prefix))
      throw unknownField(path, Object.keys(target), prefix, `${file}: `)
    if (isTree(target[key]) && isTree(value)) merge(target[key], value, `${path}.`, file)
    else target[key] = value
  }
}

/** A file may name another model family; then its fields are that family's and the schema checks them. */
const changesFamily = (target: Tree, source: Tree, prefix: string): boolean =>
  prefix === 'model.' && 'family' in source && source['family'] !== target['family']

/** Sets one `path=value`; value is read as YAML, so numbers, true, null and words all work. */
function assign(tree: Tree, assignment: string): void {
  const split = assignment.indexOf('=')
  if (split < 1) throw new LabError('bad-input', `--set ${assignment}: there is no “=”.`, 'Write --set model.width=64.')
  const names = assignment.slice(0, split).trim().split('.')
  let at: Tree = tree
  names.forEach((name, depth) => {
    const prefix = names
      .slice(0, depth)
      .map((n) => `${n}.`)
      .join('')
    if (!(name in at)) throw unknownPath(names.join('.'), tree)
    const inner = at[name]
    if (depth === names.length - 1) at[name] = parseYaml(assignment.slice(split + 1))
    else if (isTree(inner)) at = inner
    else throw new LabError('bad-input', `--set ${assignment}: ${prefix}${name} has no fields.`)
  })
}

/** Of all the fields there are, the one meant may stand in another part: training.floor is training.schedule.floor. */
function unknownPath(path: string, tree: Tree): LabError {
  const family = valueAt(tree, 'model.family')
  const paths = (isFamily(family) ? fieldsOf(family) : allFields()).map((field) => field.path)
  const last = path.split('.').at(-1)!
  const alike = paths.filter((other) => other.split('.').at(-1) === last)
  const nearest = alike.length > 0 ? closest(path, alike) : closest(path, paths)
  return new LabError(
    'bad-input',
    `There is no field ${path}.`,
    `Did you mean ${nearest}? Fields: ${paths.join(', ')}.`,
  )
}

const isFamily = (value: unknown): value is FamilyName => typeof value === 'string' && Object.hasOwn(families, value)

function unknownField(path: string, names: readonly string[], prefix: string, where: string): LabError {
  const name = path.slice(prefix.length)
  return new LabError(
    'bad-input',
    `${where}there is no field ${path}.`,
    `Did you mean ${prefix}${closest(name, [...names])}? Fields: ${names.map((n) => prefix + n).join(', ')}.`,
  )
}

function issueText(issue: z.core.$ZodIssue, value: unknown): string {
  let found: unknown = value
  for (const key of issue.path) found = isTree(found) ? found[String(key)] : undefined
  return `${issue.path.join('.')}: ${issue.message}${found === undefined ? '' : ` (given: ${JSON.stringify(found)})`}.`
}

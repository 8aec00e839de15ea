/** What a person sets once for the whole lab: kept by the lab in its table of settings, JSON by key. */
import { z } from 'zod'
import { trainingSchema, type Configuration } from '../experiment/configuration'
import { withValue } from '../experiment/paths'
import { checkTraining } from '../experiment/training-rules'

/** Most threads that can be asked for, as on the command line. */
export const MOST_THREADS = 9999

const engineSettingsSchema = z.object({
  /** Of the engine; null: all cores. */
  threads: z.int().min(1).max(MOST_THREADS).nullable(),
})

/**
 * The fields of a configuration for which a person may set what new experiments begin with, each with its values. Settings
 * shows a line for each: another field is one more line here.
 */
export const defaultFields = {
  'training.mode': trainingSchema.shape.mode.unwrap(),
  'training.precision': trainingSchema.shape.precision.unwrap(),
} as const
export type DefaultField = keyof typeof defaultFields
const defaultsSchema = z
  .object(defaultFields)
  .partial()
  .superRefine((defaults, { addIssue }) => {
    // What no new experiment could begin with.
    const { mode, precision } = { mode: defaults['training.mode'] ?? 'auto', precision: defaults['training.precision'] }
    for (const { path, rule } of checkTraining({ mode, precision: precision ?? 'float32' }))
      addIssue({ code: 'custom', path: [...path], message: rule })
  })

/** Settings by key: their forms, and what holds as long as nothing was set. */
const settings = {
  'lab.engine': { schema: engineSettingsSchema, unset: { threads: null } },
  'lab.defaults': { schema: defaultsSchema, unset: {} },
  /** Tell when a run has ended that nobody looks at. */
  'lab.notifications': { schema: z.object({ onEnd: z.boolean() }), unset: { onEnd: true } },
} as const
export type SettingKey = keyof typeof settings
type Schema<Key extends SettingKey> = (typeof settings)[Key]['schema']
/** What is kept under a key. */
export type Setting<Key extends SettingKey> = Readonly<z.infer<Schema<Key>>>
/** By path, what new experiments begin with in place of what the preset has. */
export type ExperimentDefaults = Setting<'lab.defaults'>

export const settingKeys = Object.keys(settings) as readonly SettingKey[]

/** Reads what was kept; what no such setting can be, as an older or newer lab wrote it, is as if nothing was set. */
export function readSetting<Key extends SettingKey>(key: Key, kept: unknown): Setting<Key> {
  const { schema, unset } = settings[key]
  return (schema.safeParse(kept).data ?? unset) as Setting<Key>
}

/** What is wrong with a value that is to be kept under `key`, in words; null: nothing, or no setting of the lab. */
export function settingProblem(key: string, value: unknown): string | null {
  if (!Object.hasOwn(settings, key)) return null
  const { error } = settings[key as SettingKey].schema.safeParse(value)
  return error ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ') : null
}

/** A configuration that begins as a person wants all of them to; what reproduces a published run does not. */
export const withDefaults = (configuration: Configuration, defaults: ExperimentDefaults): Configuration =>
  Object.entries(defaults).reduce(
    (tree, [path, value]) => (value === undefined ? tree : withValue(tree, path, value)),
    configuration,
  )

import { z } from 'zod'
import { partNames } from '../../../shared/data/dataset'
import { LabError } from '../../../shared/errors'

/**
 * A run bundle (`.hrmlab`): a zip that holds
 *   bundle.json             this manifest, first
 *   run.sqlite              configuration, steps, epochs, evaluations, predictions, log: a lab's database of this one run
 *   checkpoints/FILE        its newest weights and its best
 *   images/index.json       names and hashes of the data set's images, images/labels.u16 their classes,
 *   images/PART.u8          the pixels of the evaluated parts but the training part
 */
export const BUNDLE_VERSION = 1
export const BUNDLE_MANIFEST = 'bundle.json'
export const BUNDLE_DATABASE = 'run.sqlite'

const fileSchema = z.strictObject({
  name: z
    .string()
    .regex(/^(run\.sqlite|checkpoints\/[\w-][\w.-]*|images\/(index\.json|labels\.u16|(validation|test)\.u8))$/),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
})

const manifestSchema = z.strictObject({
  format: z.literal('hrm-lab-run'),
  version: z.literal(BUNDLE_VERSION),
  labVersion: z.string(),
  made: z.string(),
  run: z.strictObject({ id: z.string(), name: z.string() }),
  dataSet: z.strictObject({
    name: z.string(),
    hash: z.string().regex(/^[0-9a-f]{64}$/),
    /** Parts whose pixels are in it. */
    parts: z.array(z.enum(partNames)),
  }),
  files: z.array(fileSchema),
})
/** See {@link BUNDLE_VERSION}. */
export type BundleManifest = z.infer<typeof manifestSchema>

/**
 * Reads bundle.json.
 * @param path of the bundle, to be named
 * @throws LabError 'bad-input' when it is none, is damaged, or of a newer lab
 */
export function parseManifest(text: string, path: string): BundleManifest {
  const written = json(text)
  const head = z
    .object({ format: z.literal('hrm-lab-run'), version: z.int(), labVersion: z.string() })
    .safeParse(written)
  if (!head.success) throw new LabError('bad-input', `${path} is not a run bundle of HRM Lab.`)
  const { version, labVersion } = head.data
  if (version > BUNDLE_VERSION)
    throw new LabError(
      'bad-input',
      `${path} was made by a newer HRM Lab (${labVersion}; bundles of form ${version}, this one reads ${BUNDLE_VERSION}).`,
      'Update this one.',
    )
  const manifest = manifestSchema.safeParse(written)
  if (manifest.success) return manifest.data
  const [issue] = manifest.error.issues
  throw damagedBundle(path, `${issue!.path.join('.')}: ${issue!.message}`, manifest.error)
}

function json(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** The error for a bundle that cannot be taken in. */
export const damagedBundle = (path: string, why: string, cause?: unknown): LabError =>
  new LabError('bad-input', `The bundle ${path} is damaged: ${why}.`, 'Copy it again, or make it again.', { cause })

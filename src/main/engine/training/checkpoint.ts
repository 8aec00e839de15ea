import { readdirSync, rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { z } from 'zod'
import { LabError } from '../../../shared/errors'
import { configurationSchema } from '../../../shared/experiment/configuration'
import { engineInfoSchema } from '../../../shared/experiment/engine-info'
import type { Learner, NamedTensor } from './learner'
import { type Position, positionSchema } from './position'
import { readSafetensors, writeSafetensors } from './safetensors'

/** Version of the checkpoint form; a file of another version is refused. */
const CHECKPOINT_VERSION = '1'
const FORMAT = 'hrm-lab-checkpoint'

const stateSchema = z.strictObject({
  configuration: configurationSchema,
  /** The data set's content hash. */
  dataSetHash: z.string(),
  /** What it was trained on: bits are the same only on the same engine. */
  engine: engineInfoSchema,
  position: positionSchema,
  /** The optimizer's own count of steps. */
  optimizerStep: z.int().min(0),
  /** Generator of the epoch's order, as the epoch began. Everything else drawn is a function of seed and step. */
  random: z.strictObject({ seed: z.int(), stream: z.int(), position: z.int() }),
})
/** What a checkpoint holds beside tensors. */
export type CheckpointState = z.infer<typeof stateSchema>

/** checkpoint-EEEE-BBBBBB.safetensors: epoch and batch that come next. */
export const checkpointName = (position: Pick<Position, 'epoch' | 'batch'>): string =>
  `checkpoint-${String(position.epoch).padStart(4, '0')}-${String(position.batch).padStart(6, '0')}.safetensors`

const namePattern = /^checkpoint-\d{4,}-\d{6,}\.safetensors(\.part)?$/

/** The learner's weights hold a number that is not finite: they are worth no checkpoint. */
export class NotFiniteError extends Error {}

/**
 * Writes the learner and its state into `folder`, whole or not at all.
 * @returns path and size of the file
 * @throws NotFiniteError when a weight is not finite · LabError when the disk refuses
 */
export function writeCheckpoint(
  folder: string,
  learner: Learner,
  state: Omit<CheckpointState, 'optimizerStep'>,
): { file: string; bytes: number } {
  const weights = learner.exportWeights()
  const broken = weights.find((tensor) => !tensor.data.every(Number.isFinite))
  if (broken) throw new NotFiniteError(`${broken.name} holds a value that is not finite`)
  const optimizer = learner.exportOptimizer()
  const whole: CheckpointState = { ...state, optimizerStep: optimizer.step }
  const metadata = { format: FORMAT, version: CHECKPOINT_VERSION, state: JSON.stringify(whole) }
  const file = join(folder, checkpointName(state.position))
  return { file, bytes: writeSafetensors(file, [...weights, ...optimizer.tensors], metadata) }
}

/** Deletes the folder's checkpoints (and what a kill left half) except those named in `keep`. */
export function pruneCheckpoints(folder: string, keep: readonly string[]): void {
  const kept = new Set(keep.map((file) => basename(file)))
  for (const name of readdirSync(folder))
    if (namePattern.test(name) && !kept.has(name)) rmSync(join(folder, name), { force: true })
}

export interface Checkpoint {
  readonly state: CheckpointState
  readonly weights: readonly NamedTensor[]
  /** Moments, as Learner.exportOptimizer names them. */
  readonly moments: readonly NamedTensor[]
}

/** Reads a checkpoint. @throws LabError when it is missing, damaged, or not a checkpoint of this version. */
export function readCheckpoint(file: string): Checkpoint {
  const { metadata, tensors } = readSafetensors(file)
  const refuse = (reason: string): LabError =>
    new LabError(
      'bad-input',
      `${file} is not a checkpoint that can be used: ${reason}.`,
      'Choose an earlier checkpoint.',
    )
  if (metadata['format'] !== FORMAT) throw refuse('it was not written by HRM Lab as a checkpoint')
  if (metadata['version'] !== CHECKPOINT_VERSION)
    throw refuse(`its version is ${metadata['version']}, this program reads ${CHECKPOINT_VERSION}`)
  let state: unknown
  try {
    state = JSON.parse(metadata['state'] ?? '')
  } catch (error) {
    throw refuse((error as Error).message)
  }
  const parsed = stateSchema.safeParse(state)
  if (!parsed.success) throw refuse(parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '))
  const isMoment = ({ name }: NamedTensor): boolean => /^moment[12]\./.test(name)
  return {
    state: parsed.data,
    weights: tensors.filter((tensor) => !isMoment(tensor)),
    moments: tensors.filter(isMoment),
  }
}

/** The weights in any safetensors file of ours: a checkpoint's without its moments, or exported weights as they are. */
export const readWeights = (file: string): NamedTensor[] =>
  readSafetensors(file).tensors.filter(({ name }) => !/^moment[12]\./.test(name))

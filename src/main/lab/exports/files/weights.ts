import { readFile } from 'node:fs/promises'
import { LabError } from '../../../../shared/errors'
import { decodeSafetensors, encodeSafetensors } from '../../../../shared/tensors/safetensors'

/** A checkpoint's optimizer moments: needed to go on training, not to use the model. */
const isMoment = (name: string): boolean => /^moment[12]\./.test(name)

/**
 * The weights in a checkpoint as a safetensors file of their own, in the paper's layout, without the optimizer's moments.
 * @param metadata what a reader of the file should know of where they come from
 * @throws LabError 'not-found' when the checkpoint is not there, 'bad-input' when it is damaged
 */
export async function weightsOf(checkpoint: string, metadata: Readonly<Record<string, string>>): Promise<Uint8Array> {
  const bytes = await readFile(checkpoint).catch((cause: unknown) => {
    throw new LabError('not-found', `${checkpoint} cannot be read: the run’s weights are not there.`, null, { cause })
  })
  const { tensors } = decodeSafetensors(bytes, checkpoint)
  const weights = tensors.filter(({ name }) => !isMoment(name))
  return encodeSafetensors(weights, metadata)
}

/** What the lab is told of an error. */
import { LabError } from '../../../shared/errors'

/** How TensorFlow says that there is no memory left (its RESOURCE_EXHAUSTED), and for which tensor. */
const NO_MEMORY = /Invalid TF_Status: 8\b|OOM when allocating/
const TENSOR = /tensor with shape\[([\d,]+)\]/

/** An error's kind, its reason and the way out; null: a defect, of which nobody but a programmer can make something. */
export function explained(error: unknown): Pick<LabError, 'kind' | 'message' | 'hint'> | null {
  if (error instanceof LabError) return error
  if (!(error instanceof Error && NO_MEMORY.test(error.message))) return null
  const sides = TENSOR.exec(error.message)?.[1]?.split(',')
  const tensor = sides ? ` for a tensor of ${sides.join(' × ')} numbers` : ''
  return {
    kind: 'out-of-memory',
    message: `The memory is not enough${tensor}.`,
    hint: 'Take a smaller batch (training.batch) or a smaller model, or close other programs.',
  }
}

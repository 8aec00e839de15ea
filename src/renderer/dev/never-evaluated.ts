import type { RunView } from '../../shared/contract/runs'
import { neverEvaluatedWords } from '../../shared/images/never-evaluated'
import { RequestFailed } from '../transport/client'

/** The refusal of a run of the demonstration that has no predictions, as a lab gives it. */
export function neverEvaluated({ name, number, state }: RunView): RequestFailed {
  const { why, hint } = neverEvaluatedWords(state, 'test', [])
  const message = `Run “${name}” (#${number}) has no predictions of the test images: it ${why}.`
  return new RequestFailed({ kind: 'not-found', message, hint, details: null })
}

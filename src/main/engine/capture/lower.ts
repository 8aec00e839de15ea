import { fusesGelu } from '../backends/native-ops'
import { withFusedGelu } from './fused-gelu'
import { withBfloat16Products } from './mixed-precision'
import { changed, type Recording } from './recording'
import { simplified } from './simplify'

/** How a recording is to be run. */
export interface Lowering {
  /** By XLA, which fuses by itself. */
  readonly xla?: boolean
  /** Products in bfloat16. */
  readonly bfloat16?: boolean
}

/** What is loaded of a recording: the same function of fewer operations, or with products in bfloat16. */
export function lowered(recording: Recording, { xla = false, bfloat16 = false }: Lowering = {}): Recording {
  return changed(recording, (one) => {
    const simple = simplified(one)
    const fused = !xla && fusesGelu() ? withFusedGelu(simple) : simple
    return bfloat16 ? withBfloat16Products(fused) : fused
  })
}

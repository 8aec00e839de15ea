import type { CurveName } from '../../../shared/contract/curves'
import type { CurveLine } from './curve-lines'

/** A chart over steps or epochs, as data. */
export interface CurveChart {
  /** As 'loss'. */
  readonly key: string
  readonly title: string
  /** Curves of the store that it draws. */
  readonly curves: readonly CurveName[]
  readonly lines: readonly CurveLine[]
  /** Follows the choice of a logarithmic y axis. */
  readonly mayBeLog: boolean
  readonly fromZero: boolean
  /** A value for people, and as short as an axis needs it. */
  readonly format: (value: number) => string
  readonly tick: (value: number) => string
  /** Labels stand at round numbers of this, for values up to so high; 1 where it is not given. */
  readonly tickUnit?: (high: number) => number
  /** Said in place of an empty chart. */
  readonly empty: string
}

/** A share as an axis says it, in percent. */
export const percentTick = (value: number): string => `${Number((100 * value).toFixed(2))} %`

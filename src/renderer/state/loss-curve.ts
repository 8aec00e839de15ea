import type { LiveSteps } from '../../shared/contract/events'
import type { CurveView } from '../../shared/contract/runs'

/** Points asked for: two a pixel column of a wide window. */
export const CURVE_POINTS = 4000

/** The loss of a run as it is drawn: what the store gave, thinned, and every step since. */
export class LossPoints {
  readonly x: number[]
  readonly y: number[]
  /** Steps that are in the curve, drawn or not. */
  total: number

  constructor(curve: CurveView) {
    this.x = [...curve.x]
    this.y = [...curve.y]
    this.total = curve.total
  }

  /**
   * Adds new steps; those already here are left out.
   * @returns false when steps between are missing: the curve must be asked for again
   */
  append(steps: LiveSteps): boolean {
    if (steps.firstStep > this.total) return false
    for (let i = this.total - steps.firstStep; i < steps.loss.length; i++) {
      this.x.push(steps.batch[i]!)
      // A loss that is not a number leaves a gap in the line.
      this.y.push(steps.loss[i] ?? NaN)
      this.total += 1
    }
    return true
  }

  /** So many points were added that the store should thin them again. */
  get crowded(): boolean {
    return this.x.length > 2 * CURVE_POINTS
  }
}

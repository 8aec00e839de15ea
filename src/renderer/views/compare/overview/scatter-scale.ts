import { isLogTick } from '../../../../shared/charts/look'
import { roundTicks } from '../../../../shared/charts/line-chart'

/** An axis of the scatter, from values to shares of its length. */
export interface ScatterScale {
  readonly share: (value: number) => number
  readonly ticks: readonly number[]
}

/** Room at both ends, as a part of what is between. */
const ROOM = 0.06

/** A scale that holds all values with some room; null of none. @param log only where all values are above 0 */
export function scatterScale(values: readonly number[], log: boolean): ScatterScale | null {
  if (values.length === 0) return null
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const bent = log && low > 0
  const bend = (value: number): number => (bent ? Math.log10(value) : value)
  const span = bend(high) - bend(low) || (bent ? 0.5 : Math.abs(high) || 1)
  const [from, to] = [bend(low) - ROOM * span, bend(high) + ROOM * span]
  return {
    share: (value) => (bend(value) - from) / (to - from),
    ticks: bent ? logTicks(from, to) : roundTicks(from, to, 6),
  }
}

/** 1, 2 and 5 times the powers of ten between two powers; plain round numbers where fewer than two of them are seen. */
function logTicks(from: number, to: number): number[] {
  const ticks: number[] = []
  for (let power = Math.floor(from); power <= Math.ceil(to); power++)
    for (const times of [1, 2, 5]) {
      const value = times * 10 ** power
      if (Math.log10(value) >= from && Math.log10(value) <= to && isLogTick(value, to - from)) ticks.push(value)
    }
  return ticks.length > 1 ? ticks : roundTicks(10 ** from, 10 ** to, 5)
}

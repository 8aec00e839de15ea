/** An axis: from where to where, and what is written at it. */
export interface LineScale {
  readonly from: number
  readonly to: number
  readonly ticks: readonly number[]
  /** Where a value lies, 0 … 1. */
  readonly at: (value: number) => number
}

/** About so many ticks. */
const TICKS = 5

/** A linear axis around the values, its ends and ticks at 1, 2 or 5 times a power of ten. */
export function linearScale(values: readonly number[]): LineScale {
  const [low, high] = endsOf(values)
  const rough = (high - low || Math.abs(high) / 10 || 1) / TICKS
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough)! * power
  const first = Math.floor(low / step + 1e-9)
  const last = Math.max(first + 1, Math.ceil(high / step - 1e-9))
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)))
  const [from, to] = [ticks[0]!, ticks.at(-1)!]
  return { from, to, ticks, at: (value) => (value - from) / (to - from) }
}

/** A logarithmic axis around the positive values, ends at 1, 2 or 5 times a power of ten; more than two powers: ticks at those only. */
export function logScale(values: readonly number[]): LineScale {
  const [low, high] = endsOf(values.filter((value) => value > 0))
  const powers = Array.from({ length: 24 }, (_, i) => i - 14)
  const places = powers.flatMap((power) => [1, 2, 5].map((factor) => Number(`${factor}e${power}`)))
  const first = places.findLastIndex((place) => place <= low)
  const last = places.findIndex((place) => place >= high && place > places[first]!)
  const inside = places.slice(Math.max(0, first), (last < 0 ? places.length - 1 : last) + 1)
  const [from, to] = [inside[0]!, inside.at(-1)!]
  const wide = to / from > 100
  const ticks = inside.filter((place) => !wide || /^1(e|0*$)|^0\.0*1$/.test(String(place)))
  return { from, to, ticks, at: (value) => Math.log(value / from) / Math.log(to / from) }
}

function endsOf(values: readonly number[]): [number, number] {
  const finite = values.filter(Number.isFinite)
  return finite.length === 0 ? [0.1, 1] : [Math.min(...finite), Math.max(...finite)]
}

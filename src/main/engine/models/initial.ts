import type { Random } from '../../../shared/random/philox'

/** Draws the first values of a parameter of `size` numbers. */
export type Initial = (random: Random, size: number) => Float32Array

/** Standard deviation of a standard normal cut at ±2. */
const CUT_DEVIATION = 0.87962566103423978

/** Normal cut at two standard deviations, before the cut of standard deviation `deviation`. */
export const truncatedNormal =
  (deviation: number): Initial =>
  (random, size) =>
    Float32Array.from({ length: size }, () => deviation * random.truncatedNormal())

/** LeCun normal: truncated, and of variance exactly 1/fanIn after the cut (as Flax draws it). */
export const lecunNormal = (fanIn: number): Initial => truncatedNormal(Math.sqrt(1 / fanIn) / CUT_DEVIATION)

export const constant =
  (value: number): Initial =>
  (_random, size) =>
    new Float32Array(size).fill(value)

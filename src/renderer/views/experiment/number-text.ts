import type { Field } from '../../../shared/experiment/fields'

/** How numbers are typed: 0.0003, 3e-4, 60 000, 0,5; a value that is no number is shown as it was typed. */
export function numberText(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'number' || typeof value === 'string' ? String(value) : JSON.stringify(value)
}

/**
 * What was typed, as the configuration takes it: a number, null for an empty text where that means something, and a text
 * that is no number as it is, for the schema to refuse.
 */
export function readNumber(text: string, nullable: boolean): number | string | null {
  const plain = text.trim().replace(/[\s\u2009]/g, '')
  if (plain === '') return nullable ? null : ''
  const value = Number(/^[+-]?\d+,\d+$/.test(plain) ? plain.replace(',', '.') : plain)
  return Number.isFinite(value) && !/^[+-]?0[xob]/i.test(plain) ? value : text
}

/** The value one arrow key up (+1) or down (−1) from `value`, within the field's range. */
export function stepped(field: Field, value: number, direction: 1 | -1): number {
  const next = neighbour(field.step ?? 1, value, direction)
  const lowest = field.minimum ?? -Infinity
  const highest = field.maximum ?? Infinity
  return Math.min(highest, Math.max(lowest, next))
}

function neighbour(step: NonNullable<Field['step']>, value: number, direction: 1 | -1): number {
  if (step === 'double') return doubled(value, direction)
  if (step === '1-2-5') return value > 0 ? nextOf125(value, direction) : direction > 0 ? 1e-4 : value
  // To the next multiple of the step, whatever the value was: 100 → 112 for a step of 16.
  const multiple = direction > 0 ? Math.floor(value / step + 1e-9) + 1 : Math.ceil(value / step - 1e-9) - 1
  return tidy(multiple * step)
}

function doubled(value: number, direction: 1 | -1): number {
  if (value < 1) return 1
  const power = Math.log2(value)
  return 2 ** (direction > 0 ? Math.floor(power + 1e-9) + 1 : Math.max(0, Math.ceil(power - 1e-9) - 1))
}

function nextOf125(value: number, direction: 1 | -1): number {
  const power = Math.floor(Math.log10(value) + 1e-9)
  const ladder = [-1, 0, 1].flatMap((shift) => [1, 2, 5].map((digit) => tidy(digit * 10 ** (power + shift))))
  const next =
    direction > 0 ? ladder.find((one) => one > value * (1 + 1e-9)) : ladder.findLast((one) => one < value * (1 - 1e-9))
  return next ?? value
}

/** Without the last digits that binary fractions leave: 0.15000000000000002 is 0.15. */
const tidy = (value: number): number => Number(value.toPrecision(12))

/** Expected time as people say it: 40 s, 23 min, 1 h 8 min, 3 d 4 h. */
export function formatAbout(seconds: number): string {
  if (seconds < 1) return 'less than 1 s'
  if (seconds < 90) return `${Math.round(seconds)} s`
  const minutes = Math.round(seconds / 60)
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`
  const wholeHours = Math.round(minutes / 60)
  return `${Math.floor(wholeHours / 24)} d ${wholeHours % 24} h`
}

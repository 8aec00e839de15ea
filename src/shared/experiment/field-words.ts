import type { Field } from './fields'

/** A value in words. @param empty what stands for no value */
export function valueWords(value: unknown, choices: Readonly<Record<string, string>> = {}, empty = 'none'): string {
  if (value === null || value === undefined) return empty
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  return choices[String(value)] ?? String(value)
}

/** A field's value in words, with its unit. */
export function fieldWords(value: unknown, { unit, choices, empty }: Partial<Field>): string {
  const text = valueWords(value, choices, empty)
  return unit && typeof value === 'number' ? `${text} ${unit}` : text
}

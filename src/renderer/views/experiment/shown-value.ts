import type { Field } from '../../../shared/experiment/fields'
import { numberText } from './number-text'

/** A field's value in words: ‘128’, ‘yes’, ‘warm-up, cosine to a floor’, ‘all’. */
export function shownValue(field: Pick<Field, 'choices' | 'empty'>, value: unknown): string {
  if (value === null) return field.empty ?? 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (typeof value === 'string') return field.choices?.[value] ?? value
  return numberText(value)
}

import { LabError } from '../errors'

/** The best of a curve's values and where it was. */
export interface Best {
  readonly value: number
  readonly epoch: number
}

/**
 * Best value and its epoch; the earliest of equals. NaN never wins.
 * @param direction max for accuracy, min for loss
 * @returns null when there is no number among the values
 */
export function bestValue(
  values: readonly { readonly epoch: number; readonly value: number }[],
  direction: 'max' | 'min',
): Best | null {
  const better = direction === 'max' ? (a: number, b: number) => a > b : (a: number, b: number) => a < b
  let best: Best | null = null
  for (const { epoch, value } of values) {
    if (!Number.isNaN(value) && (best === null || better(value, best.value))) best = { epoch, value }
  }
  return best
}

/**
 * Share of images whose true class is among the k most probable; of equal probabilities the lower class comes first.
 * @param probabilities row-major [images, K]
 * @param labels true class [images]
 * @throws LabError 'bad-input' when the lengths do not fit or k is not in 1..K
 */
export function topKAccuracy(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  k: number,
): number {
  if (probabilities.length !== labels.length * classes) {
    throw new LabError('bad-input', `${probabilities.length} probabilities are not ${labels.length} × ${classes}.`)
  }
  if (!(k >= 1 && k <= classes)) throw new LabError('bad-input', `Top ${k} was asked for among ${classes} classes.`)
  let right = 0
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!
    const own = probabilities[i * classes + label]!
    let ahead = 0
    for (let c = 0; c < classes; c++) {
      const other = probabilities[i * classes + c]!
      if (other > own || (other === own && c < label)) ahead++
    }
    if (ahead < k) right++
  }
  return labels.length === 0 ? 0 : right / labels.length
}

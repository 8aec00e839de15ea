import type { PartName } from '../data/dataset'

/**
 * Why a run has no predictions of a part of its data, and the way out: both to follow "it".
 * @param state of the run; one that was stopped or has finished does not go on
 * @param others parts that it was evaluated on
 */
export function neverEvaluatedWords(
  state: string,
  part: PartName,
  others: readonly PartName[],
): { readonly why: string; readonly hint: string } {
  if (others.length > 0)
    return { why: `was not evaluated on its ${part} part`, hint: `Look at its ${others.join(' or ')} images.` }
  const goesOn = state !== 'stopped' && state !== 'finished'
  return {
    why: `${goesOn ? 'is' : 'was'} ${state} before the end of its first epoch`,
    hint: goesOn
      ? 'They are made at the end of each epoch: let it train to the end of one.'
      : 'They are made at the end of each epoch, and this run does not go on: clone it to train it anew.',
  }
}

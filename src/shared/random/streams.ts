/**
 * Who draws from which stream of a run's seed, so that no two uses share numbers. Streams go up to 2^32 − 1; a use that
 * needs many (one an epoch, one a step) owns a range of 2^30 from its base.
 */
export const streams = {
  /** Initial weights and state templates, in the order the model draws them. */
  initialWeights: 0,
  /** Which images a limited training uses. */
  trainLimit: 1,
  /** In which order test images are scored by segment. */
  segmentScores: 2,
  /** Base: + epoch, the order of that epoch. */
  epochOrder: 0x4000_0000,
  /** Base: + optimizer step, the dropout masks of that step. */
  dropout: 0x8000_0000,
} as const

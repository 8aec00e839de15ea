const SCALES = [1 / 16, 1 / 8, 1 / 6, 1 / 4, 1 / 3, 1 / 2, 1, 2, 3, 4, 6, 8, 16, 32]

/** Scales at which images of a side can be looked at in a wall: whole, and neither specks nor the only one in sight. */
export const wallScales = (side: number): number[] =>
  SCALES.filter((scale) => side * scale >= 16 && side * scale <= 256)

/** A scale in words: 2 ×, or 1/2 ×. */
export const scaleName = (scale: number): string => (scale >= 1 ? `${scale} ×` : `1/${Math.round(1 / scale)} ×`)

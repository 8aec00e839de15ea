/** Size and letters of a picture: millimetres, dots per inch, points. */
export interface PictureSize {
  readonly width?: number
  readonly height?: number
  readonly dpi?: number
  readonly fontSize?: number
}

/** A column of a paper with letters of 8 points; two pixels for each of a layout of 6 a millimetre. */
export const USUAL = { width: 90, dpi: 306, fontSize: 8 } as const

/** What a person may ask for, and in which unit. */
export const pictureRanges = {
  width: [20, 1000, 'mm wide'],
  height: [20, 1000, 'mm high'],
  dpi: [72, 1200, 'dots per inch'],
  fontSize: [4, 72, 'points'],
} as const

/** Pixels of a side: what a picture's memory allows. */
const LARGEST_SIDE = 20_000

/** Why a picture cannot be drawn so; null when it can. */
export function pictureProblem(size: PictureSize): string | null {
  for (const [name, [least, most, unit]] of Object.entries(pictureRanges)) {
    const given = size[name as keyof PictureSize]
    if (given !== undefined && !(given >= least && given <= most))
      return `Pictures cannot be ${given} ${unit}; that must be from ${least} to ${most}.`
  }
  const { width = USUAL.width, height = 0, dpi = USUAL.dpi } = size
  const side = Math.max(width, height)
  if ((side * dpi) / 25.4 <= LARGEST_SIDE) return null
  return `A picture of ${side} mm at ${dpi} dots per inch has more than ${LARGEST_SIDE} pixels a side.`
}

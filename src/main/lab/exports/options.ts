import { LabError } from '../../../shared/errors'
import { COLUMN_MM, FONT_POINTS, layoutPerMillimetre, type PictureStyle } from './draw/canvas'

/** How pictures come out; what is left out has a default. */
export interface PictureOptions {
  readonly theme?: PictureStyle['theme']
  /** Charts and tables as PNG or SVG; grids of images are PNG always. */
  readonly format?: 'png' | 'svg'
  /** Millimetres: width of a column (90), height of a line chart. */
  readonly width?: number
  readonly height?: number
  /** Of a PNG; 306, twice a screen's. */
  readonly dpi?: number
  /** Height of letters in points; 8. */
  readonly fontSize?: number
}

/** Choices of an export; what is left out has a default. */
export interface ExportOptions<Name extends string> extends PictureOptions {
  /** Only these files; all. */
  readonly only?: readonly Name[]
  /** Losses on a logarithmic axis; null or left out: when they fall far. */
  readonly logarithmic?: boolean | null
  /** Ends the export; files already whole stay. */
  readonly signal?: AbortSignal
  /** Told before each file. */
  readonly onFile?: (name: Name, index: number, total: number) => void
  /** Told of each file that cannot be made, and why. Files named in `only` throw instead. */
  readonly onSkip?: (name: Name, reason: string) => void
}

/** A file to be written, maybe under another ending than its name has; or the reason why it cannot be. */
export type FileMaker =
  { readonly write: (path: string) => Promise<void>; readonly ending?: string } | { readonly missing: string }

/** Usual resolution: two device pixels for each of a layout of 6 pixels a millimetre. */
const DPI = 306
/** What a person may ask for, and in which unit. */
const ranges = {
  width: [20, 1000, 'mm wide'],
  height: [20, 1000, 'mm high'],
  dpi: [72, 1200, 'dots per inch'],
  fontSize: [4, 72, 'points'],
} as const
/** Device pixels of a side: what a picture's memory allows. */
const LARGEST_SIDE = 20_000

/** The style of pictures. @throws LabError 'bad-input' when a number is out of its range */
export function pictureStyle(options: PictureOptions): PictureStyle {
  for (const [name, [least, most, unit]] of Object.entries(ranges)) {
    const given = options[name as keyof typeof ranges]
    if (given !== undefined && !(given >= least && given <= most))
      throw new LabError('bad-input', `Pictures cannot be ${given} ${unit}; that must be from ${least} to ${most}.`)
  }
  const {
    theme = 'light',
    format = 'png',
    width = COLUMN_MM,
    height = null,
    dpi = DPI,
    fontSize = FONT_POINTS,
  } = options
  if ((Math.max(width, height ?? 0) * dpi) / 25.4 > LARGEST_SIDE)
    throw new LabError(
      'bad-input',
      `A picture of ${width} mm at ${dpi} dots per inch has more than ${LARGEST_SIDE} pixels a side.`,
      'Ask for fewer dots per inch, or for SVG.',
    )
  const perMillimetre = layoutPerMillimetre(fontSize)
  const scale = dpi / (25.4 * perMillimetre)
  // A whole number of device pixels, so that the picture has exactly the size asked for.
  const layout = (mm: number): number => Math.round((mm * dpi) / 25.4) / scale
  return {
    theme,
    svg: format === 'svg',
    column: layout(width),
    height: height === null ? null : layout(height),
    perMillimetre,
    scale,
  }
}

/**
 * The files to write, in order.
 * @throws LabError 'bad-input' when `only` names no file of `all`
 */
export function chosenFiles<Name extends string>(all: readonly Name[], only: readonly Name[] | undefined): Name[] {
  const unknown = only?.find((name) => !all.includes(name))
  if (unknown !== undefined) {
    throw new LabError('bad-input', `There is no export named ${unknown}.`, `Choose among ${all.join(', ')}.`)
  }
  return all.filter((name) => only?.includes(name) ?? true)
}

import { LabError } from '../../../shared/errors'
import { pictureProblem, type PictureSize, USUAL } from '../../../shared/exports/picture'
import { layoutPerMillimetre, type PictureStyle } from './draw/canvas'

/** How pictures come out; what is left out has a default. */
export interface PictureOptions extends PictureSize {
  readonly theme?: PictureStyle['theme']
  /** Charts and tables as PNG or SVG; grids of images are PNG always. */
  readonly format?: 'png' | 'svg'
}

/** Choices of an export; what is left out has a default. */
export interface ExportOptions<Name extends string> extends PictureOptions {
  /** Only these files; all. One that cannot be made is an error. */
  readonly only?: readonly Name[]
  /** Only these files, those of them that can be made. */
  readonly among?: readonly Name[]
  /** What a file is called; by its own name. */
  readonly nameOf?: (name: Name) => string
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

/** The style of pictures. @throws LabError 'bad-input' when a number is out of its range */
export function pictureStyle(options: PictureOptions): PictureStyle {
  const problem = pictureProblem(options)
  if (problem) throw new LabError('bad-input', problem)
  const { theme = 'light', format = 'png', height = null } = options
  const { width, dpi, fontSize } = { ...USUAL, ...options }
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

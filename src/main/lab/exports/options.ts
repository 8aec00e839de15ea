import { LabError } from '../../../shared/errors'
import type { PictureStyle } from './draw/canvas'

/** Choices of an export; what is left out has a default. */
export interface ExportOptions<Name extends string> {
  readonly theme?: PictureStyle['theme']
  /** Device pixels per layout pixel; 2. */
  readonly scale?: number
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

/** A file to be written: made when its turn comes, or the reason why it cannot be. */
export type FileMaker = { readonly write: (path: string) => Promise<void> } | { readonly missing: string }

/** Largest enlargement: a picture of both columns is then 8,640 pixels wide. */
const LARGEST_SCALE = 8

/** The style of pictures. @throws LabError 'bad-input' when the scale is out of range */
export function pictureStyle({
  theme = 'light',
  scale = 2,
}: Pick<ExportOptions<string>, 'theme' | 'scale'>): PictureStyle {
  if (!(scale >= 0.5 && scale <= LARGEST_SCALE)) {
    throw new LabError(
      'bad-input',
      `Pictures cannot be drawn at scale ${scale}; it must be from 0.5 to ${LARGEST_SCALE}.`,
    )
  }
  return { theme, scale }
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

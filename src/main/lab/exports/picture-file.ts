import { encodePicture, type Picture, type PictureStyle } from './draw/canvas'
import { writeWhole } from './files/write'
import type { FileMaker } from './options'

/** A file that holds a picture, PNG or SVG as its style says. */
export const pictureFile = (
  draw: (style: PictureStyle) => Picture | Promise<Picture>,
  style: PictureStyle,
  title: string,
  signal: AbortSignal | undefined,
): FileMaker => ({
  write: async (path) => writeWhole(path, encodePicture(await draw(style), style, title), signal),
  ...(style.svg ? { ending: '.svg' } : {}),
})

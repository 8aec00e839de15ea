import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

/** Device-independent pixels, as Electron's. */
export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

const stateSchema = z.object({
  bounds: z.object({ x: z.int(), y: z.int(), width: z.int().min(1), height: z.int().min(1) }),
  maximised: z.boolean(),
})
/** What is kept of a window: its bounds when it is not maximised, and whether it is. */
export type WindowState = z.infer<typeof stateSchema>

/** Smaller than this the views do not fit. */
export const MIN_SIZE = { width: 720, height: 480 }
/** What a first window has. */
export const FIRST_SIZE = { width: 1180, height: 800 }

/** Reads what was kept; null when nothing was, or it cannot be understood. */
export function readWindowState(file: string): WindowState | null {
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null // a first start, or a damaged file: the window opens as at first
  }
}

/** Keeps a window's state, whole or not at all. @throws what the file system says */
export function keepWindowState(file: string, state: WindowState): void {
  writeFileSync(`${file}.partial`, JSON.stringify(state))
  renameSync(`${file}.partial`, file)
}

/**
 * Bounds that can be seen and reached: those kept, moved and made smaller until they lie on the display they overlap most. A
 * window whose display is gone goes to the first one's middle.
 * @param areas work areas of the displays, the primary one first
 */
export function visibleBounds(kept: Rectangle | null, areas: readonly Rectangle[]): Rectangle {
  const primary = areas[0] ?? { x: 0, y: 0, ...FIRST_SIZE }
  if (!kept) return centred(FIRST_SIZE, primary)
  const best = areas.reduce((most, area) => (overlap(kept, area) > overlap(kept, most) ? area : most), primary)
  return overlap(kept, best) > 0 ? within(kept, best) : centred(kept, primary)
}

function overlap(a: Rectangle, b: Rectangle): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y)
  return width > 0 && height > 0 ? width * height : 0
}

function within(bounds: Rectangle, area: Rectangle): Rectangle {
  const width = Math.min(Math.max(bounds.width, MIN_SIZE.width), area.width)
  const height = Math.min(Math.max(bounds.height, MIN_SIZE.height), area.height)
  return {
    x: Math.min(Math.max(bounds.x, area.x), area.x + area.width - width),
    y: Math.min(Math.max(bounds.y, area.y), area.y + area.height - height),
    width,
    height,
  }
}

function centred({ width, height }: { width: number; height: number }, area: Rectangle): Rectangle {
  const x = Math.round(area.x + (area.width - width) / 2)
  const y = Math.round(area.y + (area.height - height) / 2)
  return within({ x, y, width, height }, area)
}

import type { CurveLens } from '../../state/curve-lens.svelte'
import { shareAt, valueAtShare } from '../../state/zoom'

/** A press of + shows so much of what was seen, one of − the reverse; an arrow moves by this share. */
const ZOOM = 0.7
const PAN = 0.2
/** How far the reading line goes with a press, as a share of what is seen. */
const READ = 0.01

/** Does what a key asks of the curves. @returns whether it was one of theirs */
export function curveKey(curves: CurveLens, event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  if (event.target instanceof Element && event.target.closest('input, select, textarea, table')) return false
  const arrow = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0
  if (arrow !== 0 && event.shiftKey) moveReading(curves, arrow * READ)
  else if (arrow !== 0) curves.pan(arrow * PAN)
  else if (event.key === '+' || event.key === '=') curves.zoom(ZOOM)
  else if (event.key === '-') curves.zoom(1 / ZOOM)
  else if (event.key === '0') curves.reset()
  else if (event.key === 'Escape' && curves.reading !== null) curves.reading = null
  else return false
  return true
}

/** Begins in the middle where no line is. */
function moveReading(curves: CurveLens, by: number): void {
  const { scale, reading } = curves
  if (!scale) return
  const share = reading === null ? 0.5 : shareAt(scale, reading) + by
  curves.reading = valueAtShare(scale, Math.min(1, Math.max(0, share)))
}

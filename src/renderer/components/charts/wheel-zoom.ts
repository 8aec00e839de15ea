import type { CurveLens } from '../../state/curve-lens.svelte'
import { isWhole } from '../../state/zoom'

/** A page that scrolled so lately is still being scrolled: the wheel is not taken from it. Milliseconds. */
const SCROLL_REST = 250
/** Pixels of a line, for a wheel that counts lines. */
const LINE = 16

/** Zooms, or moves sideways, by the wheel over a chart. */
export class WheelZoom {
  #scrolledAt = -Infinity

  /** Begins to notice when the page scrolls. @returns how to stop */
  start(): () => void {
    const scrolled = (): void => void (this.#scrolledAt = performance.now())
    document.addEventListener('scroll', scrolled, { capture: true, passive: true })
    return () => document.removeEventListener('scroll', scrolled, { capture: true })
  }

  /** A page that is being scrolled, or a wheel that has nothing more to show, scrolls on. @param anchor share of the plot */
  take(curves: CurveLens, event: WheelEvent, anchor: number): void {
    if (!event.ctrlKey && performance.now() - this.#scrolledAt < SCROLL_REST) return
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? LINE : 1
    const sideways = event.shiftKey ? event.deltaX || event.deltaY : event.deltaX
    const moves = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)
    if (isWhole(curves.range) && (moves || event.deltaY > 0)) return
    event.preventDefault()
    if (moves) curves.pan((sideways * unit) / 1000)
    else curves.zoom(Math.exp(Math.max(-120, Math.min(120, event.deltaY * unit)) / 400), anchor)
  }
}

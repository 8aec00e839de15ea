/** What the benchmark puts into the page, to be read by what is measured there. */
import type { Page } from 'playwright-core'

/** What the benchmark puts into the page. */
export interface Helpers {
  /** The loss values that the curves were drawn from: 'drawn x of y' says y. */
  benchTotal(): number
  /** Totals as they came to be drawn, and when; Unix milliseconds. */
  benchSeen: [total: number, at: number][]
  /** Times of key presses, as performance.now() counts. */
  benchPresses: number[]
  /** Times of keys, presses and choices since it was emptied, alike. */
  benchEvents: number[]
  /** Settled with milliseconds once what is waited for is there. */
  benchTime: Promise<number>
  /** When the large chart was drawn. */
  benchDraws: number[]
  /** Requests for curves on their way, by number. */
  benchAsked: Set<number>
  /** How many there were in all, and when the last answer came. */
  benchAnswers: { asked: number; at: number }
}
declare const window: Helpers

/** Prepares a page, before it is loaded. */
export async function prepare(page: Page): Promise<void> {
  await page.addInitScript(noteLosses)
  await page.addInitScript(noteDrawings)
}

/** Runs in the page: what its loss is drawn from, and when keys were pressed. */
function noteLosses(): void {
  window.benchTotal = () => {
    const words = document.querySelector('figure.large figcaption')?.textContent ?? ''
    return Number(/of ([\d\s\u2009]+)/.exec(words)?.[1]?.replace(/\D/g, '') ?? 0)
  }
  window.benchSeen = []
  window.benchPresses = []
  addEventListener('keydown', (event) => window.benchPresses.push(event.timeStamp), { capture: true })
}

/** Runs in the page: events, drawings of the large chart, and requests for curves. */
function noteDrawings(): void {
  window.benchEvents = []
  for (const kind of ['keydown', 'pointerdown', 'input'])
    addEventListener(kind, (event) => window.benchEvents.push(event.timeStamp), { capture: true })
  window.benchDraws = []
  const { clearRect } = CanvasRenderingContext2D.prototype
  CanvasRenderingContext2D.prototype.clearRect = function (...box) {
    // A chart that is drawn begins so.
    if ('closest' in this.canvas && this.canvas.closest('figure.large')) window.benchDraws.push(performance.now())
    clearRect.apply(this, box)
  }
  window.benchAsked = new Set()
  window.benchAnswers = { asked: 0, at: 0 }
  const { send } = WebSocket.prototype
  const heard = new WeakSet<WebSocket>()
  WebSocket.prototype.send = function (this: WebSocket, data) {
    const id = Number(/^\{"id":(\d+),"name":"runs.curves"/.exec(String(data))?.[1] ?? -1)
    if (id >= 0) {
      window.benchAsked.add(id)
      window.benchAnswers.asked += 1
    }
    if (!heard.has(this))
      this.addEventListener('message', ({ data: text }) => {
        const answered = Number(/^\{"id":(\d+)/.exec(String(text).slice(0, 20))?.[1] ?? -1)
        if (window.benchAsked.delete(answered)) window.benchAnswers.at = performance.now()
      })
    heard.add(this)
    send.call(this, data)
  }
}

/** Goes to a place in the window without loading it anew. */
export const go = (page: Page, hash: string): Promise<void> => page.evaluate((to) => void (location.hash = to), hash)

/** What is looked at of the frame a message comes from (Electron's WebFrameMain). */
export interface Frame {
  readonly url: string
  /** null for the page itself; set for a frame within it. */
  readonly parent: unknown
}

/** Whether an address is the window's own page. */
export function isOurPage(address: string): boolean {
  const url = URL.parse(address)
  return url?.protocol === 'app:' && url.host === 'lab'
}

/**
 * Why a message is refused; null when it comes from the page of one of our windows and from no frame within it.
 * @param frame null when it has gone meanwhile
 * @param fromOurWindow whether the web contents it came through belong to one of our windows
 */
export function refusalOf(frame: Frame | null, fromOurWindow: boolean): string | null {
  if (!fromOurWindow) return 'it does not come from one of the lab’s windows'
  if (!frame) return 'its page has gone'
  if (frame.parent) return 'it comes from a frame within a page'
  return isOurPage(frame.url) ? null : `its page is ${frame.url.slice(0, 100)}`
}

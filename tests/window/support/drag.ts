/** Drags from outside, as the browser's own input: not a constructed event. */
import type { TestLab } from './lab'

type DragType = 'dragEnter' | 'dragOver' | 'drop' | 'dragCancel'

/** What is dragged: paths of this machine, or text. */
export type Dragged = readonly string[] | { readonly text: string }

/** A drag that hovers over the window. */
export interface Drag {
  /** Lets go. */
  drop(): Promise<void>
  /** Leaves the window. */
  leave(): Promise<void>
}

/** Drags something over the window's middle. */
export async function dragOver(lab: TestLab, what: Dragged): Promise<Drag> {
  const { page, session } = lab
  const files = 'text' in what ? [] : [...what]
  const items = 'text' in what ? [{ mimeType: 'text/plain', data: what.text }] : []
  await session.announceDrag(files)
  const input = await page.context().newCDPSession(page)
  const middle = await page.evaluate(() => ({ x: Math.round(innerWidth / 2), y: Math.round(innerHeight / 2) }))
  const send = (type: DragType, at = middle) =>
    input.send('Input.dispatchDragEvent', { type, ...at, data: { items, files, dragOperationsMask: 1 } })
  await send('dragEnter')
  await send('dragOver')
  return {
    drop: async () => {
      await send('drop')
      await input.detach()
    },
    leave: async () => {
      // Chromium tells a page that a drag has left only when it moves on.
      await send('dragOver', { x: -9, y: -9 })
      await send('dragCancel', { x: -9, y: -9 })
      await input.detach()
    },
  }
}

/** Drags paths over the window and lets go. */
export async function drop(lab: TestLab, ...paths: string[]): Promise<void> {
  await (await dragOver(lab, paths)).drop()
}

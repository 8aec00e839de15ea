/** Drags of files and folders from outside, as the browser's own input: not a constructed event. */
import type { TestLab } from './lab'

type DragType = 'dragEnter' | 'dragOver' | 'drop' | 'dragCancel'

/** A drag that hovers over the window. */
export interface Drag {
  /** Lets go. */
  drop(): Promise<void>
  /** Leaves the window. */
  leave(): Promise<void>
}

/** Drags paths of this machine over the window's middle. */
export async function dragOver(lab: TestLab, paths: readonly string[]): Promise<Drag> {
  const { page, session } = lab
  await session.announceDrag(paths)
  const input = await page.context().newCDPSession(page)
  const { width, height } = page.viewportSize() ?? { width: 800, height: 600 }
  const data = { items: [], files: [...paths], dragOperationsMask: 1 }
  const send = (type: DragType) =>
    input.send('Input.dispatchDragEvent', { type, x: Math.round(width / 2), y: Math.round(height / 2), data })
  await send('dragEnter')
  await send('dragOver')
  const end = async (type: DragType): Promise<void> => {
    await send(type)
    await input.detach()
  }
  return { drop: () => end('drop'), leave: () => end('dragCancel') }
}

/** Drags paths over the window and lets go. */
export async function drop(lab: TestLab, ...paths: string[]): Promise<void> {
  await (await dragOver(lab, paths)).drop()
}

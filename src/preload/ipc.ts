/** The only place of the window's side that touches ipcRenderer. */
import { ipcRenderer } from 'electron'
import type { channels } from '../shared/contract/window'

type Channel = (typeof channels)[keyof typeof channels]

/** Asks the main process. Its answer is trusted to have the form the channel promises. */
export const ask = <Answer>(channel: Channel, ...args: unknown[]): Promise<Answer> =>
  ipcRenderer.invoke(channel, ...args) as Promise<Answer>

/** Calls `listener` with everything the main process sends; Electron's own event object never reaches the page. @returns how to end that */
export function hear<Message>(channel: Channel, listener: (message: Message) => void): () => void {
  const take = (_event: unknown, message: Message): void => listener(message)
  ipcRenderer.on(channel, take)
  return () => void ipcRenderer.off(channel, take)
}

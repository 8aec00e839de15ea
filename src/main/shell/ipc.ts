/** The only place of the main process that touches ipcMain. */
import { ipcMain, type IpcMainInvokeEvent, type WebContents } from 'electron'
import { refusalOf } from './sender'

/** Answers what a window's page asks over one channel. */
export type Answer = (sender: WebContents, ...args: unknown[]) => unknown

/**
 * Binds answers to channels. Each message is looked at first: only the page of one of our windows is answered, anything
 * else gets an error and is written to standard error.
 * @param isOurs whether web contents belong to one of our windows
 */
export function bindChannels(
  answers: Readonly<Record<string, Answer>>,
  isOurs: (sender: WebContents) => boolean,
): void {
  for (const [channel, answer] of Object.entries(answers))
    ipcMain.handle(channel, (event: IpcMainInvokeEvent, ...args: unknown[]) => {
      const refusal = refusalOf(event.senderFrame, isOurs(event.sender))
      if (refusal === null) return answer(event.sender, ...args)
      console.error(`HRM Lab refused a message on ${channel}: ${refusal}.`)
      throw new Error('This page may not talk to the lab.')
    })
}

import type { IpcMain, IpcMainInvokeEvent, WebFrameMain } from 'electron'
import { answers, standIn } from './host'
import { contentsOf } from './window'

const handlers = new Map<string, Parameters<IpcMain['handle']>[1]>()

export const ipcMain = standIn<IpcMain>('ipcMain', {
  handle: (channel, handler) => {
    if (handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`)
    handlers.set(channel, handler)
  },
})

answers.invoke = async (window, channel, args, { url, nested }) => {
  const handler = handlers.get(channel)
  if (!handler) throw new Error(`No handler registered for '${channel}'`)
  const frame = standIn<WebFrameMain>('WebFrameMain', {
    url,
    origin: new URL(url).origin,
    parent: nested ? standIn<WebFrameMain>('WebFrameMain', {}) : null,
  })
  const event = standIn<IpcMainInvokeEvent>('IpcMainInvokeEvent', { sender: contentsOf(window), senderFrame: frame })
  const answer: unknown = await handler(event, ...(args as unknown[]))
  return structuredClone(answer) // As Electron does: what cannot be cloned throws here.
}

/** What the system shows or does: recorded for the test, and answered by it. */
import { EventEmitter } from 'node:events'
import type {
  Dialog,
  Display,
  MessageBoxOptions,
  nativeImage as electronNativeImage,
  NativeImage,
  Notification as ElectronNotification,
  NotificationConstructorOptions,
  OpenDialogOptions,
  PowerSaveBlocker,
  Screen,
  Shell,
} from 'electron'
import { listening } from './emitter'
import { answers, host, pending, standIn, tell } from './host'

/** Dialogs may be given a window first. */
const optionsOf = <Options>(first: unknown, second: Options | undefined): Options => second ?? (first as Options)

export const dialog = standIn<Dialog>('dialog', {
  showOpenDialog: async (first: unknown, second?: OpenDialogOptions) => {
    const options = optionsOf(first, second)
    const filePaths = (await host.call('ask', { kind: 'open', options: { ...options } })) as string[]
    return { canceled: filePaths.length === 0, filePaths }
  },
  showMessageBox: async (first: unknown, second?: MessageBoxOptions) => {
    const { message, detail = '', buttons = [], cancelId = 0 } = optionsOf(first, second)
    const question = { kind: 'message', message, detail, buttons, cancel: cancelId } as const
    return { response: (await host.call('ask', question)) as number, checkboxChecked: false }
  },
  showErrorBox: (title, content) => {
    const told = host.call('ask', { kind: 'error-box', title, content })
    pending.add(told)
  },
})

export const shell = standIn<Shell>('shell', {
  openExternal: async (url) => tell('record', { kind: 'open-external', url }),
  showItemInFolder: (path) => tell('record', { kind: 'show-in-folder', path }),
})

/** An image as far as its size goes. */
const imageOf = (width: number, height: number): NativeImage =>
  standIn<NativeImage>('NativeImage', {
    isEmpty: () => width === 0 || height === 0,
    getSize: () => ({ width, height }),
    resize: ({ width: to = width }) => imageOf(to, Math.round((height * to) / width)),
  })

export const nativeImage = standIn<typeof electronNativeImage>('nativeImage', {
  createFromBuffer: (buffer) => {
    // A PNG's first chunk says its size; Electron gives an empty image for what it cannot read.
    const isPng = buffer.subarray(1, 4).toString('latin1') === 'PNG'
    return isPng ? imageOf(buffer.readUInt32BE(16), buffer.readUInt32BE(20)) : imageOf(0, 0)
  },
})

let blocker = 0
export const powerSaveBlocker = standIn<PowerSaveBlocker>('powerSaveBlocker', {
  start: () => {
    tell('record', { kind: 'sleep-blocked', id: ++blocker })
    return blocker
  },
  stop: (id) => {
    tell('record', { kind: 'sleep-allowed', id })
    return true
  },
})

const workArea = { x: 0, y: 0, width: 1920, height: 1080 }
const display = standIn<Display>('Display', { workArea })
export const screen = standIn<Screen>('screen', { getPrimaryDisplay: () => display, getAllDisplays: () => [display] })

const notifications = new Map<number, EventEmitter>()
class StandInNotification {
  static isSupported(): boolean {
    return true
  }
  constructor({ title = '', body = '' }: NotificationConstructorOptions) {
    const events = new EventEmitter()
    const id = notifications.size + 1
    notifications.set(id, events)
    return standIn<ElectronNotification>('Notification', {
      ...listening(events),
      show: () => tell('record', { kind: 'notification', id, title, body }),
    })
  }
}
export const Notification = standIn<typeof ElectronNotification>(
  'Notification (the class)',
  StandInNotification as unknown as Partial<typeof ElectronNotification>,
)

answers.pressNotification = (id) => {
  if (!notifications.get(id)?.emit('click')) throw new Error(`Nobody hears a click on notification ${id}.`)
}

import { EventEmitter, once } from 'node:events'
import { mkdirSync, rmSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import type { App } from 'electron'
import { listening, preventable } from './emitter'
import { answers, pending, standIn, tell } from './host'
import { closeAllWindows } from './window'

/** The system's folder for applications' data; the test gives each lab's shell one of its own. */
const appData = process.env['HRM_LAB_STAND_IN_DATA']!
const paths: Record<string, string> = { appData, userData: join(appData, 'hrm-lab') }
const emitter = new EventEmitter()
/** For other parts: events of the app. */
export const appEvents = emitter
let quitting = false

/** Ends the process once the test has heard everything. */
async function exit(code = 0): Promise<void> {
  quitting = true
  await Promise.allSettled(pending)
  emitter.emit('quit', preventable(), code)
  process.exit(code)
}

/** As Electron: asks before, closes every window, asks again, ends. Any of them may prevent it. */
function quit(): void {
  const before = preventable()
  emitter.emit('before-quit', before)
  if (before.defaultPrevented) return
  quitting = true
  if (!closeAllWindows()) {
    quitting = false
    return
  }
  const last = preventable()
  emitter.emit('will-quit', last)
  if (!last.defaultPrevented) void exit()
}

/** Told by the windows when the last of them has closed. */
export function lastWindowClosed(): void {
  if (quitting) return
  // Electron quits by itself when nobody listens.
  if (!emitter.emit('window-all-closed')) quit()
}

/** Hands something to the first instance; this one must not end before. */
async function tellFirst(socket: string, handed: object): Promise<void> {
  const line = connect(socket)
  line.end(JSON.stringify(handed))
  await once(line, 'close').catch((error: unknown) =>
    tell('problem', `the first instance cannot be told: ${String(error)}`),
  )
}

/**
 * The lock of the single instance, in the folder of the user's data. One who comes second tells the first through a socket,
 * with what it hands over. Synchronous, as in Electron: making a folder either succeeds or finds it there.
 */
function requestSingleInstanceLock(handed: object = {}): boolean {
  const folder = join(paths['userData']!, 'instance')
  mkdirSync(paths['userData']!, { recursive: true })
  const socket = process.platform === 'win32' ? `\\\\.\\pipe\\${folder.replace(/\W/g, '-')}` : join(folder, 'socket')
  try {
    mkdirSync(folder)
  } catch {
    pending.add(tellFirst(socket, handed))
    return false
  }
  const server = createServer((visitor) => {
    visitor.on('error', () => undefined)
    void text(visitor).then((said) =>
      emitter.emit('second-instance', preventable(), process.argv, process.cwd(), JSON.parse(said)),
    )
  }).listen(socket)
  process.once('exit', () => {
    server.close()
    rmSync(folder, { recursive: true, force: true })
  })
  return true
}

export const app = standIn<App>('app', {
  ...listening(emitter),
  getPath: (name) => paths[name] ?? unknownPath(name),
  setPath: (name, path) => void (paths[name] = path),
  requestSingleInstanceLock,
  setAppUserModelId: () => undefined,
  enableSandbox: () => undefined,
  // Never before the main bundle has been evaluated, as in Electron.
  whenReady: () => new Promise((resolve) => setImmediate(resolve)),
  setAboutPanelOptions: () => undefined,
  quit,
  exit: (code) => void exit(code),
})

function unknownPath(name: string): never {
  throw new Error(`The Electron stand-in has no path ${name}.`)
}

answers.quit = quit
answers.openFile = (path) => void emitter.emit('open-file', preventable(), path)

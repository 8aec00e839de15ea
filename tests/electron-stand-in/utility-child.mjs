/** `node --import` of a utility process: what Electron gives it instead of child_process' own line to its parent. */
import { EventEmitter } from 'node:events'

const send = process.send?.bind(process)
const parentPort = new EventEmitter()
process.on('message', (data) => parentPort.emit('message', { data }))
// Chromium ends a utility process together with its parent.
process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
Object.assign(parentPort, { postMessage: (/** @type {unknown} */ message) => send?.(message) })
Object.assign(process, { parentPort, send: undefined })

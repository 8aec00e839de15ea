import type { Socket } from 'node:net'

/** Longest line that is kept while it comes; a reply with a large curve is far below. */
const MAX_LINE = 64 * 2 ** 20

/**
 * Calls `onLine` for each line of JSON text a socket brings; what is no JSON, or endless, ends the connection.
 * @param onLine gets the parsed value; false ends the connection
 */
export function readLines(socket: Socket, onLine: (value: unknown) => boolean): void {
  let waiting = ''
  socket.setEncoding('utf8').on('data', (text: string) => {
    const lines = (waiting + text).split('\n')
    waiting = lines.pop()!
    const fine = lines.every((line) => {
      try {
        return onLine(JSON.parse(line))
      } catch {
        return false // not JSON: not one of ours
      }
    })
    if (!fine || waiting.length > MAX_LINE) socket.destroy()
  })
}

/** Sends one value as a line; a socket that has closed takes it silently, its 'close' tells. */
export function writeLine(socket: Socket, value: unknown): void {
  if (socket.writable) socket.write(`${JSON.stringify(value)}\n`)
}

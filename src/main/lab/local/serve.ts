import { rmSync } from 'node:fs'
import { createServer, type Socket } from 'node:net'
import { socketRequestSchema } from '../../../shared/contract/socket'
import type { Dispatch } from '../contract/dispatch'
import type { EventBus } from '../contract/event-bus'
import { readLines, writeLine } from './lines'

/** Bytes that may wait for a program that does not read before it is cut off. */
const MAX_WAITING_BYTES = 16 * 2 ** 20

/**
 * Lets other programs of the same person use this lab: the contract as lines of JSON (shared/contract/socket.ts) at `address`.
 * Only the process that holds the lab's lock may call it, so a socket file that is there already was left by a dead one.
 * @param onProblem called with the reason when the address cannot be listened at; the lab works on without it
 * @returns how to end it
 */
export function serveLocally(
  address: string,
  dispatch: Dispatch,
  events: EventBus,
  onProblem: (error: Error) => void,
): () => void {
  const visitors = new Set<Socket>()
  const unsubscribe = events.subscribe((batch) => {
    for (const visitor of visitors)
      if (visitor.writableLength > MAX_WAITING_BYTES) visitor.destroy()
      else writeLine(visitor, { batch })
  })
  const server = createServer((socket) => {
    visitors.add(socket)
    socket.on('close', () => visitors.delete(socket))
    socket.on('error', () => socket.destroy())
    readLines(socket, (value) => {
      const request = socketRequestSchema.safeParse(value)
      if (!request.success) return false
      const { id, name, arguments: given } = request.data
      void dispatch(name, given).then((reply) => writeLine(socket, { id, reply }))
      return true
    })
  })
  if (process.platform !== 'win32') rmSync(address, { force: true })
  server.on('error', onProblem)
  server.listen(address)
  return () => {
    unsubscribe()
    server.close()
    for (const visitor of visitors) visitor.end()
  }
}

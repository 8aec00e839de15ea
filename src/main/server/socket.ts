import type { FastifyInstance } from 'fastify'
import type { WebSocket } from 'ws'
import { SOCKET_PATH, socketRequestSchema, type SocketMessage, type SocketRequest } from '../../shared/contract/socket'
import { failureOf, type Dispatch } from '../lab/contract/dispatch'
import type { EventBus } from '../lab/contract/event-bus'

/** Bytes that may wait for a window that does not read; beyond that it is dropped, and asks for the state when it comes again. */
const MAX_WAITING_BYTES = 16 * 2 ** 20

/** Milliseconds in which a window answers that its connection ends. */
const CLOSE_MS = 1000

/** Close codes of RFC 6455. */
const GOING_AWAY = 1001
const UNSUPPORTED_DATA = 1003
const POLICY_VIOLATION = 1008

/**
 * Serves the contract over a WebSocket: requests and replies as JSON text, and every batch of events.
 * @param app with @fastify/websocket registered
 */
export function serveSocket(app: FastifyInstance, dispatch: Dispatch, events: EventBus): void {
  const windows = new Set<WebSocket>()
  const unsubscribe = events.subscribe((batch) => {
    if (windows.size === 0) return
    const text = encode({ batch })
    for (const socket of windows) send(socket, text)
  })
  app.addHook('onClose', async () => unsubscribe())
  app.get(SOCKET_PATH, { websocket: true }, (socket) => {
    windows.add(socket)
    socket.on('close', () => windows.delete(socket))
    // The socket closes after an error (a message too long, a broken frame); it needs no answer here.
    socket.on('error', () => windows.delete(socket))
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      if (isBinary) return socket.close(UNSUPPORTED_DATA, 'JSON text only')
      const request = parse(data.toString('utf8'))
      if (!request) return socket.close(POLICY_VIOLATION, 'not a request')
      const { id } = request
      void dispatch(request.name, request.arguments)
        .then((reply) => encode({ id, reply }))
        .catch((error: unknown) => encode({ id, reply: { ok: false, error: failureOf(error) } }))
        .then((text) => send(socket, text))
    })
  })
}

/** Ends every window's connection: those that do not answer in a second are cut. */
export function closeWindows(windows: Iterable<WebSocket>): void {
  for (const socket of windows) {
    socket.close(GOING_AWAY, 'The lab was closed.')
    setTimeout(() => socket.terminate(), CLOSE_MS).unref()
  }
}

const encode = (message: SocketMessage): string => JSON.stringify(message)

function parse(text: string): SocketRequest | null {
  try {
    return socketRequestSchema.parse(JSON.parse(text))
  } catch {
    return null // not JSON, or not a request: the caller closes the socket
  }
}

/** Sends unless the window has gone; ends one that reads too slowly, at once, so that nothing piles up. */
function send(socket: WebSocket, text: string): void {
  if (socket.bufferedAmount > MAX_WAITING_BYTES) socket.terminate()
  else if (socket.readyState === socket.OPEN) socket.send(text)
}

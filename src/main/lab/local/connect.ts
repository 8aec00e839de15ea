import { connect, type Socket } from 'node:net'
import type { RequestArguments, RequestName, RequestResult } from '../../../shared/contract/contract'
import type { LabEvent } from '../../../shared/contract/events'
import type { Reply } from '../../../shared/contract/reply'
import type { SocketMessage } from '../../../shared/contract/socket'
import { LabError } from '../../../shared/errors'
import { readLines, writeLine } from './lines'

interface Waiting {
  readonly resolve: (reply: Reply<unknown>) => void
  readonly reject: (error: LabError) => void
}

/** A lab that another process holds, reached at its local address. */
export class RemoteLab {
  readonly #socket: Socket
  readonly #waiting = new Map<number, Waiting>()
  readonly #listeners = new Set<(event: LabEvent) => void>()
  readonly #onClosed = new Set<(error: LabError) => void>()
  #next = 0
  #closed = false

  private constructor(socket: Socket) {
    this.#socket = socket
    readLines(socket, (message) => this.#take(message as SocketMessage))
    socket.on('close', () => this.#end())
  }

  /** @returns null when nobody answers at `address` */
  static connect(address: string): Promise<RemoteLab | null> {
    return new Promise((resolve) => {
      const socket = connect(address)
      const refused = (): void => resolve(null)
      socket.once('error', refused)
      socket.once('connect', () => {
        socket.off('error', refused)
        socket.on('error', () => socket.destroy())
        resolve(new RemoteLab(socket))
      })
    })
  }

  /** @throws LabError as the request's handler does; 'closed' when the lab ends before it has answered */
  async request<Name extends RequestName>(name: Name, given: RequestArguments<Name>): Promise<RequestResult<Name>> {
    const reply = await new Promise<Reply<unknown>>((resolve, reject) => {
      if (this.#closed) return reject(closedError())
      const id = this.#next++
      this.#waiting.set(id, { resolve, reject })
      writeLine(this.#socket, { id, name, arguments: given })
    })
    if (reply.ok) return reply.value as RequestResult<Name>
    const { kind, message, hint, details } = reply.error
    throw new LabError(kind, message, hint, details === null ? undefined : { cause: details })
  }

  /** Calls `listener` for every event from now on. @returns how to end that */
  onEvent(listener: (event: LabEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Calls `listener` when the lab has gone. @returns how to end that */
  onClosed(listener: (error: LabError) => void): () => void {
    if (this.#closed) listener(closedError())
    this.#onClosed.add(listener)
    return () => this.#onClosed.delete(listener)
  }

  close(): void {
    this.#onClosed.clear()
    this.#socket.end()
  }

  #take(message: SocketMessage): boolean {
    if ('batch' in message) {
      for (const event of message.batch.events) for (const listener of this.#listeners) listener(event)
      return true
    }
    this.#waiting.get(message.id)?.resolve(message.reply)
    return this.#waiting.delete(message.id)
  }

  #end(): void {
    this.#closed = true
    const error = closedError()
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
    for (const listener of this.#onClosed) listener(error)
  }
}

const closedError = (): LabError =>
  new LabError(
    'closed',
    'The lab that was working has been closed.',
    'Nothing recorded is lost: `hrm-lab runs` lists what there is, `hrm-lab resume RUN` goes on.',
  )

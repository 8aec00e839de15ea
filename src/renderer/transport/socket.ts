import type { RequestArguments, RequestName, RequestResult } from '../../shared/contract/contract'
import type { EventBatch } from '../../shared/contract/events'
import type { Reply } from '../../shared/contract/reply'
import { Listeners, RequestFailed } from './client'
import type { LabClient } from './client'

/** Wait before the first new try; it doubles with each, up to the longest. Milliseconds. */
export const FIRST_WAIT = 250
export const LONGEST_WAIT = 10_000

/** What the lab's server sends: the reply to a request, or a batch of events. */
type Incoming = { readonly id: number; readonly reply: Reply<unknown> } | { readonly batch: EventBatch }

interface Waiting {
  readonly resolve: (value: unknown) => void
  readonly reject: (error: RequestFailed) => void
}

/** The part of WebSocket that is used; tests bring their own. */
export type Socket = Pick<WebSocket, 'send' | 'close' | 'onopen' | 'onclose' | 'onmessage'>

const lost = (): RequestFailed =>
  new RequestFailed({
    kind: 'connection',
    message: 'The connection to the lab was lost before it answered.',
    hint: 'Look whether it was done once the window is connected again, then try again.',
    details: null,
  })

/**
 * The lab through its server's WebSocket. A lost connection is made again with growing waits. Requests made meanwhile
 * wait for it; those already on their way fail, since nobody knows whether they arrived.
 */
export class SocketClient implements LabClient {
  readonly #open: () => Socket
  readonly #events = new Listeners<EventBatch>()
  readonly #connection = new Listeners<{ connected: boolean; refused: boolean }>()
  readonly #isRefused: () => Promise<boolean>
  readonly #sent = new Map<number, Waiting>()
  /** Messages made while there was no connection, in order. */
  #unsent: { message: string; id: number; waiting: Waiting }[] = []
  #socket: Socket | null = null
  #connected = false
  #closed = false
  #nextId = 1
  #wait = FIRST_WAIT
  #timer: ReturnType<typeof setTimeout> | null = null

  /**
   * @param open opens a new connection
   * @param isRefused asked after a connection could not be made: whether the lab is there and does not know this window.
   *   A browser tells a page no more of a refused socket than of a dead one.
   */
  constructor(open: () => Socket, isRefused: () => Promise<boolean> = async () => false) {
    this.#open = open
    this.#isRefused = isRefused
    this.#connect()
  }

  request<Name extends RequestName>(name: Name, args: RequestArguments<Name>): Promise<RequestResult<Name>> {
    const id = this.#nextId++
    const message = JSON.stringify({ id, name, arguments: args })
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { resolve: resolve as (value: unknown) => void, reject }
      if (this.#closed) return reject(lost())
      if (!this.#connected) return void this.#unsent.push({ message, id, waiting })
      this.#sent.set(id, waiting)
      this.#socket!.send(message)
    })
  }

  onEvents(listener: (batch: EventBatch) => void): () => void {
    return this.#events.add(listener)
  }

  onConnection(listener: (connected: boolean, refused: boolean) => void): () => void {
    return this.#connection.add(({ connected, refused }) => listener(connected, refused))
  }

  reconnect(): void {
    if (this.#timer === null) return
    clearTimeout(this.#timer)
    this.#wait = FIRST_WAIT
    this.#connect()
  }

  /** Ends the connection for good. */
  close(): void {
    this.#closed = true
    if (this.#timer) clearTimeout(this.#timer)
    this.#socket?.close()
    this.#fail([...this.#sent.values(), ...this.#unsent.map(({ waiting }) => waiting)])
    this.#unsent = []
  }

  #connect(): void {
    this.#timer = null
    const socket = this.#open()
    this.#socket = socket
    socket.onopen = () => this.#opened()
    socket.onmessage = ({ data }: MessageEvent) => this.#receive(JSON.parse(String(data)) as Incoming)
    socket.onclose = () => this.#lose()
  }

  #opened(): void {
    this.#connected = true
    this.#wait = FIRST_WAIT
    for (const { message, id, waiting } of this.#unsent) {
      this.#sent.set(id, waiting)
      this.#socket!.send(message)
    }
    this.#unsent = []
    this.#connection.tell({ connected: true, refused: false })
  }

  #receive(incoming: Incoming): void {
    if ('batch' in incoming) return this.#events.tell(incoming.batch)
    const waiting = this.#sent.get(incoming.id)
    this.#sent.delete(incoming.id)
    if (incoming.reply.ok) waiting?.resolve(incoming.reply.value)
    else waiting?.reject(new RequestFailed(incoming.reply.error))
  }

  #lose(): void {
    if (this.#closed) return
    this.#connected = false
    this.#fail([...this.#sent.values()])
    this.#connection.tell({ connected: false, refused: false })
    void this.#tellRefusal()
    this.#timer = setTimeout(() => this.#connect(), this.#wait)
    this.#wait = Math.min(LONGEST_WAIT, 2 * this.#wait)
  }

  async #tellRefusal(): Promise<void> {
    if ((await this.#isRefused()) && !this.#connected) this.#connection.tell({ connected: false, refused: true })
  }

  #fail(waiting: readonly Waiting[]): void {
    this.#sent.clear()
    for (const { reject } of waiting) reject(lost())
  }
}

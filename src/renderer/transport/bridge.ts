import type { RequestArguments, RequestName, RequestResult } from '../../shared/contract/contract'
import type { EventBatch } from '../../shared/contract/events'
import type { Reply } from '../../shared/contract/reply'
import { RequestFailed } from './client'
import type { LabClient } from './client'

/** The part of `window.lab` that carries requests and events. */
export interface Bridge {
  request(name: string, args: unknown): Promise<Reply<unknown>>
  onEvents(listener: (batch: EventBatch) => void): unknown
}

/** Whether the preload script offers requests and events. */
export function isBridge(value: unknown): value is Bridge {
  if (typeof value !== 'object' || value === null) return false
  return 'request' in value && 'onEvents' in value && typeof value.request === 'function'
}

/** The lab through Electron's preload script. Its connection lasts as long as the window. */
export class BridgeClient implements LabClient {
  readonly #bridge: Bridge

  constructor(bridge: Bridge) {
    this.#bridge = bridge
  }

  async request<Name extends RequestName>(name: Name, args: RequestArguments<Name>): Promise<RequestResult<Name>> {
    const reply = await this.#bridge.request(name, args)
    if (!reply.ok) throw new RequestFailed(reply.error)
    return reply.value as RequestResult<Name>
  }

  onEvents(listener: (batch: EventBatch) => void): () => void {
    const stop = this.#bridge.onEvents(listener)
    return typeof stop === 'function' ? () => void stop() : () => undefined
  }

  onConnection(): () => void {
    return () => undefined
  }

  reconnect(): void {
    // There is nothing to make again.
  }
}

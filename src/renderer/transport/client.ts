import type { RequestArguments, RequestName, RequestResult } from '../../shared/contract/contract'
import type { EventBatch } from '../../shared/contract/events'
import type { Failure } from '../../shared/contract/reply'

/** A request that the lab refused, or that never reached it (kind 'connection'). */
export class RequestFailed extends Error {
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.message)
    this.name = 'RequestFailed'
    this.failure = failure
  }
}

/** The lab as a window sees it, whatever carries it. */
export interface LabClient {
  /** Asks the lab. @throws RequestFailed when it refuses or cannot be reached */
  request<Name extends RequestName>(name: Name, args: RequestArguments<Name>): Promise<RequestResult<Name>>
  /** Tells of every batch of events, in the order in which they come. @returns how to stop */
  onEvents(listener: (batch: EventBatch) => void): () => void
  /**
   * Tells when the connection is made (again) or lost; `refused`: the lab is there but does not know this window any more,
   * as after a new start with another link. @returns how to stop
   */
  onConnection(listener: (connected: boolean, refused?: boolean) => void): () => void
  /** Tries at once to make a lost connection again; does nothing while there is one. */
  reconnect(): void
}

/** What failed, for a person, whatever was thrown: a defect keeps its stack among the details. */
export function failureOf(error: unknown): Failure {
  if (error instanceof RequestFailed) return error.failure
  const thrown = error instanceof Error ? error : new Error(String(error))
  return {
    kind: 'defect',
    message: thrown.message,
    hint: 'This is a mistake in HRM Lab. Copy the details into a report.',
    details: thrown.stack ?? null,
  }
}

/** Listeners that may come and go while they are told. */
export class Listeners<Value> {
  readonly #listeners = new Set<(value: Value) => void>()

  add(listener: (value: Value) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  tell(value: Value): void {
    for (const listener of [...this.#listeners]) listener(value)
  }
}

import type { RequestArguments, RequestName, RequestResult } from '../../shared/contract/contract'
import type { EventBatch, LabEvent } from '../../shared/contract/events'
import { Listeners, RequestFailed } from './client'
import type { LabClient } from './client'

/** Answers of a fake lab, by request. */
export type FakeAnswers = {
  [Name in RequestName]?: (args: RequestArguments<Name>) => RequestResult<Name> | Promise<RequestResult<Name>>
}

/** A lab of canned answers, for tests and for looking at the window while it is built. Never part of a build. */
export class FakeClient implements LabClient {
  readonly answers: FakeAnswers
  /** Every request made, in order. */
  readonly asked: { readonly name: RequestName; readonly args: unknown }[] = []
  sequence = 0
  readonly #events = new Listeners<EventBatch>()
  readonly #connection = new Listeners<{ connected: boolean; refused: boolean }>()
  /** Tries to connect that were asked for. */
  reconnects = 0

  constructor(answers: FakeAnswers = {}) {
    this.answers = answers
  }

  async request<Name extends RequestName>(name: Name, args: RequestArguments<Name>): Promise<RequestResult<Name>> {
    this.asked.push({ name, args })
    const answer = this.answers[name] as ((args: unknown) => RequestResult<Name>) | undefined
    if (answer) return answer(args)
    throw new RequestFailed({ kind: 'not-found', message: `The fake lab has no ${name}.`, hint: null, details: null })
  }

  /** Sends events as the next batch. */
  emit(...events: LabEvent[]): void {
    this.#events.tell({ sequence: ++this.sequence, events })
  }

  /** Loses or makes the connection. */
  connect(connected: boolean, refused = false): void {
    this.#connection.tell({ connected, refused })
  }

  reconnect(): void {
    this.reconnects += 1
  }

  onEvents(listener: (batch: EventBatch) => void): () => void {
    return this.#events.add(listener)
  }

  onConnection(listener: (connected: boolean, refused: boolean) => void): () => void {
    return this.#connection.add(({ connected, refused }) => listener(connected, refused))
  }
}

import { z } from 'zod'
import {
  contract,
  requestNames,
  type RequestArguments,
  type RequestName,
  type RequestResult,
} from '../../../shared/contract/contract'
import type { Failure, Reply } from '../../../shared/contract/reply'
import { LabError } from '../../../shared/errors'

/** Answers to some of the contract's requests; each stands with its area of the lab. */
export type Handlers<Names extends RequestName> = {
  readonly [Name in Names]: (given: RequestArguments<Name>) => RequestResult<Name> | Promise<RequestResult<Name>>
}

/** Answers any request; never throws. */
export type Dispatch = (name: string, given: unknown) => Promise<Reply<unknown>>

type AnyHandler = (given: unknown) => unknown

/**
 * Binds every request of the contract to its handler.
 * @param areas the handlers of each area
 * @throws Error at the start of the lab when a request has no handler, or two, or a handler has no request
 */
export function bindContract(...areas: readonly object[]): Dispatch {
  const handlers = new Map<string, AnyHandler>()
  for (const area of areas)
    for (const [name, handler] of Object.entries(area)) {
      if (handlers.has(name)) throw new Error(`The request ${name} has two handlers.`)
      if (!(name in contract)) throw new Error(`The handler ${name} answers no request of the contract.`)
      handlers.set(name, handler as AnyHandler)
    }
  const missing = requestNames.filter((name) => !handlers.has(name))
  if (missing.length > 0) throw new Error(`Requests without a handler: ${missing.join(', ')}.`)

  return async (name, given) => {
    const handler = handlers.get(name)
    const shape = contract[name as RequestName] as (typeof contract)[RequestName] | undefined
    if (!handler || !shape)
      return refuse('not-found', `The lab knows no request ${JSON.stringify(name).slice(0, 100)}.`)
    const parsed = shape.arguments.safeParse(given)
    if (!parsed.success) return refuse('bad-input', `${name}: ${z.prettifyError(parsed.error)}`)
    try {
      return { ok: true, value: await handler(parsed.data) }
    } catch (error) {
      return { ok: false, error: failureOf(error) }
    }
  }
}

const refuse = (kind: string, message: string): Reply<never> => ({
  ok: false,
  error: { kind, message, hint: null, details: null },
})

/** What a window shows of an error: a LabError in its words, anything else as a defect with its stack to copy. */
export function failureOf(error: unknown): Failure {
  if (error instanceof LabError) {
    const details = error.cause instanceof Error ? (error.cause.stack ?? null) : null
    return { kind: error.kind, message: error.message, hint: error.hint, details }
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error)
  return {
    kind: 'defect',
    message: 'The lab made a mistake of its own.',
    hint: 'Nothing that was recorded is lost. Copy the details into a report.',
    details: stack,
  }
}

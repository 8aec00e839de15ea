import { z } from 'zod'

/** A failed request, for a person: what happened, why, the way out. `details` is for copying into a report. */
export const failureSchema = z.object({
  kind: z.string(),
  message: z.string(),
  hint: z.string().nullable(),
  details: z.string().nullable(),
})
export type Failure = z.infer<typeof failureSchema>

/** Every request gets exactly one reply. */
export type Reply<Value> =
  { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly error: Failure }

/** A request: what goes in and what comes out, both checked. */
export interface RequestShape<Arguments extends z.ZodType, Result extends z.ZodType> {
  readonly arguments: Arguments
  readonly result: Result
}

/** Declares a request; the helper keeps both schemas' exact types. */
export const request = <Arguments extends z.ZodType, Result extends z.ZodType>(
  argumentsSchema: Arguments,
  resultSchema: Result,
): RequestShape<Arguments, Result> => ({ arguments: argumentsSchema, result: resultSchema })

/** No arguments. */
export const nothing = z.strictObject({})
/** Nothing to tell but that it is done. */
export const done = z.null()
/** A run's or data set's id. */
export const idArgument = z.strictObject({ id: z.string().min(1).max(200) })

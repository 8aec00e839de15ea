import { z } from 'zod'
import { LabError } from '../../../shared/errors'

/** A TEXT column holding JSON, parsed and checked. */
export const json = <Schema extends z.ZodType>(schema: Schema) =>
  z
    .string()
    .transform((text) => JSON.parse(text) as unknown)
    .pipe(schema)

/** A measured REAL column. SQLite keeps no NaN: it becomes NULL, and NaN again here. */
export const measured = z
  .custom<number>((value) => typeof value === 'number') // z.number() would refuse Infinity
  .nullable()
  .transform((value) => value ?? NaN)

/** A BLOB column. */
export const blob = z.instanceof(Uint8Array)

interface Referable {
  readonly id: string
  readonly name: string
  readonly trashed: number | null
}

/**
 * The row a person means: by id, else by name, else by the beginning of an id. Rows in the trash only by their whole id.
 * @throws LabError 'not-found' naming the command that lists them, or 'bad-input' listing those that fit
 */
export function findByReference<Row extends Referable>(
  rows: readonly Row[],
  reference: string,
  { what, list }: { what: string; list: string },
): Row {
  const exact = rows.find((row) => row.id === reference)
  if (exact) return exact
  const present = rows.filter((row) => row.trashed === null)
  const named = present.filter((row) => row.name === reference)
  const fitting = named.length > 0 ? named : present.filter((row) => reference !== '' && row.id.startsWith(reference))
  if (fitting.length === 1) return fitting[0]!
  if (fitting.length === 0) {
    throw new LabError('not-found', `There is no ${what} “${reference}”.`, `\`${list}\` lists them.`)
  }
  const ids = fitting.map((row) => row.id).join(', ')
  throw new LabError('bad-input', `“${reference}” fits ${fitting.length} ${what}s: ${ids}.`, 'Give the whole id.')
}

import { z } from 'zod'
import { LabError } from '../../../shared/errors'
import { configurationSchema, type Configuration } from '../../../shared/experiment/configuration'
import type { Connection } from '../connection'

const rowSchema = z.object({
  id: z.number(),
  name: z.string(),
  preset: z.string().nullable(),
  configuration: z.string(),
  dataSet: z.string(),
  created: z.number(),
})

/** A configuration on a data set; its runs differ in seed alone. */
export interface Experiment {
  readonly id: number
  readonly name: string
  readonly preset: string | null
  readonly configuration: Configuration
  /** Id of the data set. */
  readonly dataSet: string
  /** Unix milliseconds. */
  readonly created: number
}

const SELECT = 'SELECT id, name, preset, configuration, data_set AS dataSet, created FROM experiments'

/** Experiments: what was asked for. */
export class Experiments {
  readonly #connection
  readonly #byId
  readonly #all
  readonly #insert

  constructor(connection: Connection) {
    this.#connection = connection
    this.#byId = connection.query(`${SELECT} WHERE id = ?`, rowSchema)
    this.#all = connection.query(SELECT, rowSchema)
    this.#insert = connection.statement(
      'INSERT INTO experiments (name, preset, configuration, data_set, created) VALUES (?, ?, ?, ?, ?)',
    )
  }

  /** Keeps an experiment. On the disk when it returns. @returns its id */
  insert(experiment: {
    readonly name: string
    readonly configuration: Configuration
    readonly dataSet: string
  }): number {
    const { name, configuration, dataSet } = experiment
    const values = [name, configuration.preset, JSON.stringify(configuration), dataSet, Date.now()] as const
    return this.#connection.durably(() => this.#insert.run(...values).inserted)
  }

  /** @throws LabError 'not-found', or 'storage' when its configuration is of a form this lab does not know */
  get(id: number): Experiment {
    const row = this.#byId.first(id)
    if (!row) throw new LabError('not-found', `There is no experiment ${id}.`)
    return parsed(row)
  }

  /** All, by id. @throws LabError 'storage' as get */
  all(): Map<number, Experiment> {
    return new Map(this.#all.all().map((row) => [row.id, parsed(row)]))
  }
}

function parsed(row: z.infer<typeof rowSchema>): Experiment {
  const configuration = configurationSchema.safeParse(JSON.parse(row.configuration))
  if (configuration.success) return { ...row, configuration: configuration.data }
  throw new LabError(
    'storage',
    `The configuration of experiment ${row.id} (${row.name}) cannot be read: ${z.prettifyError(configuration.error)}`,
    'It may have been written by a newer HRM Lab: update this one.',
  )
}

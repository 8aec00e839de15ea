import { z } from 'zod'
import type { Connection } from '../connection'

const rowSchema = z.object({ image: z.number(), tag: z.string(), created: z.number() })
/** Something a person said of an image. */
export type MarkRow = Readonly<z.infer<typeof rowSchema>>

/** What people say of images of data sets: any number of tags an image, each once. */
export class Marks {
  readonly #connection
  readonly #select
  readonly #ofImage
  readonly #insert
  readonly #delete

  constructor(connection: Connection) {
    this.#connection = connection
    const columns = 'SELECT image, tag, created FROM image_marks WHERE data_set = ?'
    this.#select = connection.query(`${columns} ORDER BY image, tag`, rowSchema)
    this.#ofImage = connection.query(`${columns} AND image = ? ORDER BY tag`, rowSchema)
    this.#insert = connection.statement(
      'INSERT OR IGNORE INTO image_marks (data_set, image, tag, created) VALUES (?, ?, ?, ?)',
    )
    this.#delete = connection.statement('DELETE FROM image_marks WHERE data_set = ? AND image = ? AND tag = ?')
  }

  /** All of a data set (its whole id), by image, then tag. */
  list(dataSet: string): MarkRow[] {
    return this.#select.all(dataSet)
  }

  /** Tags of one image. */
  of(dataSet: string, image: number): string[] {
    return this.#ofImage.all(dataSet, image).map(({ tag }) => tag)
  }

  /** Says `tag` of an image; once more changes nothing. On the disk when it returns. */
  add(dataSet: string, image: number, tag: string): void {
    this.#connection.durably(() => this.#insert.run(dataSet, image, tag, Date.now()))
  }

  /** Takes it back. On the disk when it returns. */
  remove(dataSet: string, image: number, tag: string): void {
    this.#connection.durably(() => this.#delete.run(dataSet, image, tag))
  }
}

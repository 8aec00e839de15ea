import { z } from 'zod'
import type { Settings } from '../../store/queries/settings'

const KEY = 'engine.memory'

const shortfallSchema = z.object({
  /** Bytes that were expected of the training... */
  expected: z.number(),
  /** ...which did not fit into so many. */
  held: z.number(),
  /** When, in ISO 8601. */
  at: z.string(),
})
const shortfallsSchema = z.record(z.string(), shortfallSchema)

/** By how much more than what there was a training that did not fit must have needed, at least. */
const MORE = 1.05

/**
 * Trainings that ran out of memory although they were expected to fit, remembered in the lab's settings by model family: what is
 * expected of the family's others is raised by as much as it was wrong.
 */
export class MemoryShortfalls {
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /**
   * A training did not fit.
   * @param expected bytes, by the cost model alone
   * @param held bytes that the machine has
   */
  remember(family: string, expected: number, held: number): void {
    const all = this.#read()
    const before = all[family]
    if (before && factorOf(before) >= factorOf({ expected, held })) return
    this.#settings.set(KEY, { ...all, [family]: { expected, held, at: new Date().toISOString() } })
  }

  /** A training of at least as many expected bytes fitted: what was remembered had another reason. */
  forget(family: string, expected: number): void {
    const { [family]: known, ...others } = this.#read()
    if (known && known.expected <= expected) this.#settings.set(KEY, others)
  }

  /** Bytes to expect where the cost model expects so many. */
  corrected(family: string, expected: number): number {
    const known = this.#read()[family]
    return known ? Math.round(expected * Math.max(1, factorOf(known))) : expected
  }

  /** What another version wrote and this one cannot read counts as nothing. */
  #read(): z.infer<typeof shortfallsSchema> {
    return shortfallsSchema.safeParse(this.#settings.get(KEY)).data ?? {}
  }
}

const factorOf = ({ expected, held }: Pick<z.infer<typeof shortfallSchema>, 'expected' | 'held'>): number =>
  (MORE * held) / expected

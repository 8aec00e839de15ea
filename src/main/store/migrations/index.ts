import { initial } from './0001-initial'
import { queue } from './0002-queue'
import { memory } from './0003-memory'
import { marks } from './0004-marks'
import { origin } from './0005-origin'
import { order } from './0006-order'

/** Every change of the database's form; the n-th (from 1) leads from version n − 1 to n. Add at the end, never edit one. */
export const migrations: readonly string[] = [initial, queue, memory, marks, origin, order]

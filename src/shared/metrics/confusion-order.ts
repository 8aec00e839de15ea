import { normaliseConfusion, type Confusion } from './confusion'

/** Orders of classes: by label; most errors first; with those next to each other that are taken for each other. */
export const classOrders = ['label', 'error', 'cluster'] as const
/** See {@link classOrders}. */
export type ClassOrder = (typeof classOrders)[number]

/** The class at each place. */
export function orderClasses(confusion: Confusion, order: ClassOrder): number[] {
  if (order === 'error') return byError(confusion)
  if (order === 'cluster') return clustered(confusion)
  return labels(confusion)
}

const labels = ({ classes }: Confusion): number[] => Array.from({ length: classes }, (_, k) => k)

/** By the share of each true class that is wrong, largest first, then by label; classes without images last. */
function byError(confusion: Confusion): number[] {
  const { classes, counts } = confusion
  const errors = labels(confusion).map((k) => {
    const row = counts.subarray(k * classes, (k + 1) * classes)
    const support = row.reduce((sum, count) => sum + count, 0)
    return support === 0 ? -1 : 1 - row[k]! / support
  })
  return labels(confusion).sort((a, b) => errors[b]! - errors[a]! || a - b)
}

interface Link {
  readonly a: number
  readonly b: number
  /** Share of a taken for b and of b taken for a, added. */
  readonly likeness: number
}

/**
 * Seriation by the greedy-edge heuristic: the likest two classes are linked first, each class to two others at most, and
 * never to a ring. The chains that arise stand one after another, that of the strongest link first; classes that are confused
 * with none last.
 */
function clustered(confusion: Confusion): number[] {
  const { classes } = confusion
  const neighbours: number[][] = Array.from({ length: classes }, () => [])
  const chains = new Chains(classes)
  const starts: number[] = []
  for (const { a, b } of links(confusion)) {
    starts.push(a)
    if (neighbours[a]!.length === 2 || neighbours[b]!.length === 2 || !chains.join(a, b)) continue
    neighbours[a]!.push(b)
    neighbours[b]!.push(a)
  }
  const placed = new Set<number>()
  for (const start of [...starts, ...labels(confusion)])
    if (!placed.has(start)) for (const k of chainFrom(start, neighbours)) placed.add(k)
  return [...placed]
}

/** Likest first, then by label. */
function links(confusion: Confusion): Link[] {
  const { classes } = confusion
  const shares = normaliseConfusion(confusion, 'row')
  const found: Link[] = []
  for (let a = 0; a < classes; a++)
    for (let b = a + 1; b < classes; b++) {
      const likeness = shares[a * classes + b]! + shares[b * classes + a]!
      if (likeness > 0) found.push({ a, b, likeness })
    }
  return found.sort((x, y) => y.likeness - x.likeness || x.a - y.a || x.b - y.b)
}

/** The whole chain that a class is in, from its end with the lower label. */
function chainFrom(start: number, neighbours: readonly (readonly number[])[]): number[] {
  const walk = (from: number): number[] => {
    const way = [from]
    for (let at = from, before = -1; ;) {
      const next = neighbours[at]!.find((k) => k !== before)
      if (next === undefined) return way
      way.push(next)
      ;[before, at] = [at, next]
    }
  }
  // Walking from any class leads to an end, and from an end through the whole.
  const whole = walk(walk(start).at(-1)!)
  return whole[0]! <= whole.at(-1)! ? whole : whole.reverse()
}

/** Which classes hang together (union-find). */
class Chains {
  readonly #parent: number[]

  constructor(classes: number) {
    this.#parent = Array.from({ length: classes }, (_, k) => k)
  }

  /** @returns false where they hang together already */
  join(a: number, b: number): boolean {
    const [x, y] = [this.#root(a), this.#root(b)]
    this.#parent[x] = y
    return x !== y
  }

  #root(k: number): number {
    let root = k
    while (this.#parent[root] !== root) root = this.#parent[root] = this.#parent[this.#parent[root]!]!
    return root
  }
}

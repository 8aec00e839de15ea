import type { VectorGroup } from '../protocol'
import type { NamedTensor } from './learner'

/** Tolerances of tests/vectors/README.md. */
const RELATIVE_TOLERANCE = 1e-3
const STEP_TOLERANCE = 0.1
/** Of logits from the third batch on: what float32 leaves open by then. */
const LATE_TOLERANCE = 5e-3

export type GroupName =
  'logits' | 'losses' | 'states' | 'gradient norms' | 'gradients' | 'parameters' | 'running statistics' | 'evaluation'

interface Group {
  tensors: number
  worst: number
  worstTensor: string
  /** Of the worst tensor. */
  tolerance: number
}

/** Batch normalisation's running mean and variance: not learned, so no learning-rate step measures them. */
const isStatistic = (name: string): boolean => /\bbn\d+\.(mean|var)$/.test(name)

function toleranceOf(name: string, group: GroupName): number {
  if (group === 'parameters') return STEP_TOLERANCE
  const batch = /^batch(\d+)\./.exec(name)?.[1]
  return group === 'logits' && Number(batch) >= 2 ? LATE_TOLERANCE : RELATIVE_TOLERANCE
}

/**
 * Our numbers beside a file's, by group. The error of a tensor is its largest difference, relative to the tensor's largest
 * magnitude; for parameters, in steps of the peak learning rate (AdamW moves a number by about one rate a step, so this is
 * how far it went astray, whatever its size). The worst is the one nearest to its tolerance, or furthest past it.
 */
export class Comparison {
  readonly #expected: Map<string, NamedTensor>
  readonly #step: number
  readonly #groups = new Map<GroupName, Group>()
  readonly #untouched: Set<string>

  /** @param step the peak learning rate */
  constructor(tensors: readonly NamedTensor[], step: number) {
    this.#expected = new Map(tensors.map((tensor) => [tensor.name, tensor]))
    this.#untouched = new Set(this.#expected.keys())
    this.#step = step
  }

  /** The file's tensors under a prefix, which `kept` replaces in their names: inputs, not compared. */
  take(prefix: string, kept = ''): NamedTensor[] {
    const found = [...this.#expected.values()].filter(({ name }) => name.startsWith(prefix))
    for (const { name } of found) this.#untouched.delete(name)
    return found.map((tensor) => ({ ...tensor, name: kept + tensor.name.slice(prefix.length) }))
  }

  /** Whether the file holds anything under a prefix. */
  has(prefix: string): boolean {
    return [...this.#expected.keys()].some((name) => name.startsWith(prefix))
  }

  /** Compares those of `tensors` that the file holds under `prefix`; running statistics go to their own group. */
  compareAll(prefix: string, tensors: readonly NamedTensor[], group: GroupName): void {
    for (const { name, data } of tensors)
      this.compare(prefix + name, data, isStatistic(name) ? 'running statistics' : group)
  }

  /** Compares one tensor, if the file holds it. A number that is not finite, or a wrong size, is an infinite error. */
  compare(name: string, actual: ArrayLike<number>, groupName: GroupName): void {
    const expected = this.#expected.get(name)?.data
    if (!expected) return
    this.#untouched.delete(name)
    const error = this.#error(actual, expected, groupName)
    const tolerance = toleranceOf(name, groupName)
    const group = this.#groups.get(groupName) ?? { tensors: 0, worst: -1, worstTensor: name, tolerance }
    group.tensors++
    if (error / tolerance > group.worst / group.tolerance)
      Object.assign(group, { worst: error, worstTensor: name, tolerance })
    this.#groups.set(groupName, group)
  }

  #error(actual: ArrayLike<number>, expected: Float32Array, group: GroupName): number {
    if (actual.length !== expected.length) return Infinity
    let difference = 0
    let largest = 0
    for (let i = 0; i < expected.length; i++) {
      const error = Math.abs(actual[i]! - expected[i]!)
      if (!Number.isFinite(error)) return Infinity
      difference = Math.max(difference, error)
      largest = Math.max(largest, Math.abs(expected[i]!))
    }
    if (group === 'parameters') return difference / this.#step
    return difference === 0 ? 0 : difference / largest
  }

  /** The results; tensors of the file that nothing was compared with are a group of their own, and fail it. */
  groups(): VectorGroup[] {
    const compared = [...this.#groups].map(([group, found]): VectorGroup => {
      return { group, ...found, unit: group === 'parameters' ? 'learning-rate steps' : 'relative' }
    })
    const [first] = this.#untouched
    if (first === undefined) return compared
    const rest = { group: 'not compared', tensors: this.#untouched.size, worst: Infinity, worstTensor: first }
    return [...compared, { ...rest, tolerance: RELATIVE_TOLERANCE, unit: 'relative' }]
  }
}

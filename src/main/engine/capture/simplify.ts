/**
 * A recording without what is computed twice or for nothing: what is put together of pieces is full of both, and TensorFlow's
 * time to load a graph grows with all that is in it. All operations that are recorded give the same for the same.
 */
import { placed, withNodes, type Node, type Operation, type Recording, type Reference } from './recording'

/** The same function with each operation and constant once, and only those that its outputs and assigned variables need. */
export function simplified(recording: Recording): Recording {
  const once = withoutRepeats(recording)
  const { nodes, outputs, assigned } = once
  const needed = neededNodes(
    nodes,
    [...outputs, ...assigned].map(({ reference }) => reference),
  )
  let count = 0
  const moved = needed.map((is) => (is ? count++ : -1))
  const place = (reference: Reference): Reference =>
    reference.from === 'node' ? { ...reference, index: moved[reference.index]! } : reference
  const kept = nodes.filter((_, index) => needed[index]).map((node) => placed(node, place))
  return withNodes(once, kept, place)
}

function withoutRepeats(recording: Recording): Recording {
  const nodes: Node[] = []
  const known = new Map<string, number>()
  const moved: number[] = []
  const place = (reference: Reference): Reference =>
    reference.from === 'node' ? { ...reference, index: moved[reference.index]! } : reference
  recording.nodes.forEach((old, index) => {
    const node = placed(old, place)
    const key = keyOf(node)
    let at = known.get(key)
    if (at === undefined) {
      at = nodes.push(node) - 1
      known.set(key, at)
    }
    moved[index] = at
  })
  return withNodes(recording, nodes, place)
}

function keyOf(node: Node): string {
  if (node.kind === 'operation') return JSON.stringify(node)
  const { type, shape, bytes, uniform } = node.constant
  return `constant ${type} ${shape.join()} ${uniform} ${bytes.toString('latin1')}`
}

/** For each node, whether one of `from` needs it. */
function neededNodes(nodes: readonly Node[], from: readonly Reference[]): boolean[] {
  const needed = Array<boolean>(nodes.length).fill(false)
  const waiting = [...from]
  for (let reference = waiting.pop(); reference; reference = waiting.pop()) {
    if (reference.from !== 'node' || needed[reference.index]) continue
    needed[reference.index] = true
    const node = nodes[reference.index]!
    if (node.kind === 'operation') waiting.push(...readBy(node))
  }
  return needed
}

const readBy = ({ inputs, after }: Operation): readonly Reference[] => (after ? [...inputs, after] : inputs)

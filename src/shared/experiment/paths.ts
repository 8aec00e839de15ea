type Tree = { readonly [key: string]: unknown }
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The value at a path as 'training.schedule.floor'; undefined where there is none. */
export function valueAt(tree: unknown, path: string): unknown {
  let at = tree
  for (const name of path.split('.')) at = isTree(at) ? at[name] : undefined
  return at
}

/** A copy of `tree` with another value at `path`; `tree` stays as it is. */
export function withValue<T>(tree: T, path: string, value: unknown): T {
  const [name, ...rest] = path.split('.') as [string, ...string[]]
  const copy: Record<string, unknown> = isTree(tree) ? { ...tree } : {}
  copy[name] = rest.length === 0 ? value : withValue(copy[name], rest.join('.'), value)
  return copy as T
}

/** Every leaf of a tree: its path and value, in order. */
export function leaves(tree: unknown, prefix = ''): [path: string, value: unknown][] {
  if (!isTree(tree)) return [[prefix, tree]]
  return Object.entries(tree).flatMap(([key, value]) => leaves(value, prefix === '' ? key : `${prefix}.${key}`))
}

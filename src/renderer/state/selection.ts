/** Rows that are selected in a list, and the one from which Shift selects. */
export interface Selection {
  readonly ids: ReadonlySet<string>
  readonly anchor: string | null
}

export const noSelection: Selection = { ids: new Set(), anchor: null }

/** Takes one row in or out, as Ctrl+click and Space do. */
export function toggled({ ids }: Selection, id: string): Selection {
  const next = new Set(ids)
  if (!next.delete(id)) next.add(id)
  return { ids: next, anchor: id }
}

/** Selects from the anchor to `id` in the list's order, in place of what was selected, as Shift+click does. */
export function reached({ ids, anchor }: Selection, order: readonly string[], id: string): Selection {
  const [from, to] = [order.indexOf(anchor ?? id), order.indexOf(id)]
  if (from < 0 || to < 0) return toggled({ ids, anchor }, id)
  return { ids: new Set(order.slice(Math.min(from, to), Math.max(from, to) + 1)), anchor: anchor ?? id }
}

/** What is still there of a selection when the list has changed. */
export function kept(selection: Selection, present: ReadonlySet<string>): Selection {
  const ids = [...selection.ids].filter((id) => present.has(id))
  return ids.length === selection.ids.size ? selection : { ...selection, ids: new Set(ids) }
}

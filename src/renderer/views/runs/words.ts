import type { RunFilter } from '../../state/runs-table'

/** A filter's value as people read it: states begin with a capital, names stay as they are. */
export const valueWord = (name: RunFilter, value: string): string =>
  name === 'state' ? value[0]!.toUpperCase() + value.slice(1) : value

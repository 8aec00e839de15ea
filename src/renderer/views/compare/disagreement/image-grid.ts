import type { Component } from 'svelte'
import type { PartName } from '../../../../shared/data/dataset'
import type { Lab } from '../../../state/lab.svelte'

/** A run whose prediction stands on each tile. */
export interface GridRun {
  readonly id: string
  readonly epoch: number
  readonly name: string
  readonly colour?: string
}

type ImageGrid = Component<{
  lab: Lab
  part: PartName
  runs: readonly GridRun[]
  /** Places within the part, drawn in this order. */
  indices: ArrayLike<number>
  label: string
}>

/** Built beside this one: it is there once its file is. */
const grids = import.meta.glob<{ default: ImageGrid }>('../../run/images/ImageGrid.svelte')
const load = grids['../../run/images/ImageGrid.svelte']

/** Fetches the grid of images, once. */
export const loadImageGrid = load ?? null

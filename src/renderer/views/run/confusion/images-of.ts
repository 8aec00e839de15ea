import type { Component } from 'svelte'
import type { RunView } from '../../../../shared/contract/runs'
import type { PartName } from '../../../../shared/data/dataset'
import type { ImageQuery } from '../../../../shared/images/query'
import type { Lab } from '../../../state/lab.svelte'

type ImagesOf = Component<{
  lab: Lab
  run: RunView
  part: PartName
  /** Counted from 1. */
  epoch: number
  query: ImageQuery
  label: string
}>

/** Built beside this one: it is there once its file is. */
const views = import.meta.glob<{ default: ImagesOf }>('../images/ImagesOf.svelte')

/** Fetches the images of a query, once. */
export const loadImagesOf = views['../images/ImagesOf.svelte'] ?? null

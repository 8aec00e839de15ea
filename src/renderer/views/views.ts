import type { Component } from 'svelte'
import type { Command } from '../state/commands'
import type { Lab } from '../state/lab.svelte'
import type { Route } from '../state/route'

/** What every view is given; `id` is the route's where it has one, else ''. */
export interface ViewProps {
  lab: Lab
  id: string
  /** Everything that can be done now, with its keys. */
  commands: readonly Command[]
}

/** The views by the route's name. Each is a file of its own that is fetched when it is first gone to. */
const loaders: Record<Route['view'], () => Promise<{ default: Component<ViewProps> | Component<{ lab: Lab }> }>> = {
  runs: () => import('./runs/RunsView.svelte'),
  run: () => import('./run/Run.svelte'),
  trash: () => import('./runs/TrashView.svelte'),
  experiment: () => import('./experiment/Experiment.svelte'),
  'data-sets': () => import('./data-sets/DataSets.svelte'),
  'data-set': () => import('./data-sets/DataSet.svelte'),
  settings: () => import('./settings/Settings.svelte'),
  engine: () => import('./engine/Engine.svelte'),
  paper: () => import('./paper/Paper.svelte'),
  notebook: () => import('./notebook/NotebookView.svelte'),
  question: () => import('./notebook/Question.svelte'),
  compare: () => import('./compare/Compare.svelte'),
}

/** Fetches a view, once. @throws TypeError when its file cannot be fetched */
export const loadView = async (view: Route['view']): Promise<Component<ViewProps>> =>
  (await loaders[view]()).default as Component<ViewProps>

/** Fetches all views while nothing else is to be done, so that going to one takes no time. */
export function prefetchViews(): void {
  const fetchAll = (): void => {
    // One that fails is fetched, and told, when it is gone to.
    for (const load of Object.values(loaders)) load().catch(() => undefined)
  }
  setTimeout(fetchAll, 1500)
}

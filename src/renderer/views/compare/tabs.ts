import type { Component } from 'svelte'
import type { RunView } from '../../../shared/contract/runs'
import type { CompareTab } from '../../state/compare'
import type { Comparison } from '../../state/compare.svelte'
import type { Lab } from '../../state/lab.svelte'

/** What a part of the comparison is given when it reads the comparison itself. */
export type OwnPart = Component<{ lab: Lab; comparison: Comparison }>
/** What a part is given that looks at pairs of runs. */
export type PairPart = Component<{ lab: Lab; runs: readonly RunView[]; colours: ReadonlyMap<string, string> }>

/** The tabs' words. */
export const tabTitles: Readonly<Record<CompareTab, string>> = {
  curves: 'Curves',
  table: 'Table',
  differences: 'Differences',
  confusion: 'Confusion A − B',
  disagreement: 'Disagreement',
  overview: 'Overview',
}

type Loaded = { readonly kind: 'own'; readonly View: OwnPart } | { readonly kind: 'pair'; readonly View: PairPart }
type Loader = () => Promise<Loaded>

const own =
  (load: () => Promise<{ default: OwnPart }>): Loader =>
  async () => ({ kind: 'own', View: (await load()).default })

const pair =
  (load: () => Promise<{ default: PairPart }>): Loader =>
  async () => ({ kind: 'pair', View: (await load()).default })

const loaders: Readonly<Record<CompareTab, Loader>> = {
  curves: own(() => import('./curves/CompareCurves.svelte')),
  table: own(() => import('./table/CompareTable.svelte')),
  differences: own(() => import('./differences/Differences.svelte')),
  confusion: pair(() => import('./confusion-difference/ConfusionDifference.svelte')),
  disagreement: pair(() => import('./disagreement/Disagreement.svelte')),
  overview: own(() => import('./overview/Overview.svelte')),
}

/** Fetches a tab's part, once. @throws TypeError when its file cannot be fetched */
export const loadTab = (tab: CompareTab): Promise<Loaded> => loaders[tab]()

import type { Theme } from '../../shared/charts/theme'
import { seriesColor } from '../../shared/charts/theme'
import { groupings, type Grouping } from '../../shared/compare/groups'
import { spreadKinds, type SpreadKind } from '../../shared/compare/spread'
import { MOST_COMPARED } from '../../shared/contract/compare'

/** Under which the look is kept. */
export const COMPARE_KEY = 'compare'

/** The parts of a comparison, in the order of their tabs. */
export const compareTabs = ['curves', 'table', 'differences', 'confusion', 'disagreement', 'overview'] as const
export type CompareTab = (typeof compareTabs)[number]

/** A run's colour: a place among the series of the theme, or its own as '#rrggbb'. */
export type ChosenColour = number | string

/** What is compared and how it is looked at; kept over a restart. */
export interface CompareLook {
  readonly runs: readonly string[]
  /** By run: its place among the series, which also gives its dash and mark. It keeps it while others come and go. */
  readonly slots: Readonly<Record<string, number>>
  /** By run: chosen in place of its slot's colour. */
  readonly colours: Readonly<Record<string, ChosenColour>>
  readonly tab: CompareTab
  readonly group: Grouping
  readonly spread: SpreadKind
  /** Every value of a loss, light, behind its average. */
  readonly raw: boolean
  readonly hideEqual: boolean
  /** The epoch whose accuracy the table shows, from 1; null: each run's last. */
  readonly epoch: number | null
  /** The table: seeds of a configuration are one row. */
  readonly seedRows: boolean
  /** The table's column to sort by; null: as the runs were chosen. */
  readonly sort: string | null
  readonly descending: boolean
  /** What the scatter shows over what; null: the first of each. */
  readonly gain: string | null
  readonly cost: string | null
  readonly logCost: boolean
}

export const defaultCompareLook: CompareLook = {
  ...{ runs: [], slots: {}, colours: {}, tab: 'curves', group: 'none', spread: 'range', raw: false },
  ...{ hideEqual: true, epoch: null, seedRows: true, sort: null, descending: false },
  ...{ gain: null, cost: null, logCost: true },
}

const record = (kept: unknown): Record<string, unknown> =>
  typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {}
const flag = (kept: unknown, otherwise: boolean): boolean => (typeof kept === 'boolean' ? kept : otherwise)
const word = (kept: unknown): string | null => (typeof kept === 'string' ? kept : null)
const isSlot = (value: unknown): value is number => Number.isInteger(value) && (value as number) >= 0
const isColour = (value: unknown): value is ChosenColour =>
  isSlot(value) || (typeof value === 'string' && /^#[0-9a-f]{6}$/i.test(value))

function pick<Value>(kept: unknown, fits: (value: unknown) => value is Value): Record<string, Value> {
  return Object.fromEntries(Object.entries(record(kept)).filter((entry): entry is [string, Value] => fits(entry[1])))
}

/** Reads a kept look; what is not valid has its default. */
export function readCompareLook(kept: unknown): CompareLook {
  const look = record(kept)
  const { runs, epoch } = look
  return {
    runs: Array.isArray(runs) ? uniqueRuns(runs.filter((id) => typeof id === 'string')) : [],
    slots: pick(look['slots'], isSlot),
    colours: pick(look['colours'], isColour),
    tab: compareTabs.find((tab) => tab === look['tab']) ?? defaultCompareLook.tab,
    group: groupings.find((group) => group === look['group']) ?? defaultCompareLook.group,
    spread: spreadKinds.find((kind) => kind === look['spread']) ?? defaultCompareLook.spread,
    raw: flag(look['raw'], defaultCompareLook.raw),
    hideEqual: flag(look['hideEqual'], defaultCompareLook.hideEqual),
    epoch: isSlot(epoch) && epoch > 0 ? epoch : null,
    seedRows: flag(look['seedRows'], defaultCompareLook.seedRows),
    sort: word(look['sort']),
    descending: flag(look['descending'], defaultCompareLook.descending),
    gain: word(look['gain']),
    cost: word(look['cost']),
    logCost: flag(look['logCost'], defaultCompareLook.logCost),
  }
}

/** Each run once, as many as can be compared. */
export const uniqueRuns = (ids: readonly string[]): string[] =>
  [...new Set(ids)].filter((id) => id !== '').slice(0, MOST_COMPARED)

/** A place for every run: the one it has, else the lowest that is free. */
export function placeRuns(slots: CompareLook['slots'], runs: readonly string[]): Record<string, number> {
  const placed: Record<string, number> = {}
  const taken = new Set<number>()
  for (const id of runs) {
    const slot = slots[id]
    if (slot === undefined || taken.has(slot)) continue
    placed[id] = slot
    taken.add(slot)
  }
  let free = 0
  for (const id of runs) {
    if (placed[id] !== undefined) continue
    while (taken.has(free)) free++
    placed[id] = free
    taken.add(free)
  }
  return placed
}

/** Other runs are compared: those that stay keep their places and colours. */
export function withRuns(look: CompareLook, ids: readonly string[]): CompareLook {
  const runs = uniqueRuns(ids)
  const colours = Object.fromEntries(Object.entries(look.colours).filter(([id]) => runs.includes(id)))
  return { ...look, runs, slots: placeRuns(look.slots, runs), colours }
}

/** Every run's colour as '#rrggbb', in the theme. */
export function runColours({ runs, slots, colours }: CompareLook, theme: Theme): Map<string, string> {
  return new Map(
    runs.map((id) => {
      const chosen = colours[id] ?? slots[id] ?? 0
      return [id, typeof chosen === 'string' ? chosen : seriesColor(theme, chosen)]
    }),
  )
}

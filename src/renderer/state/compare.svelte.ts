import type { ComparedRun } from '../../shared/contract/compare'
import type { LabEvent } from '../../shared/contract/events'
import type { Failure } from '../../shared/contract/reply'
import type { RunView } from '../../shared/contract/runs'
import { failureOf } from '../transport/client'
import {
  COMPARE_KEY,
  placeRuns,
  readCompareLook,
  runColours,
  uniqueRuns,
  withRuns,
  type ChosenColour,
  type CompareLook,
} from './compare'
import type { Lab } from './lab.svelte'
import { refresher } from './refresher'
import { router } from './router.svelte'

/** Wait after a run's news before it is asked for, so that many are one request. Milliseconds. */
const ASK_AFTER = 100

/** What is compared, how it is looked at, and what the lab tells of it; runs that go on are followed. */
export class Comparison {
  readonly lab: Lab
  /** By id; null: it was deleted. */
  #known = $state.raw<Readonly<Record<string, ComparedRun | null>>>({})
  /** Runs whose record changed since it was asked for. */
  #stale: readonly string[] = []
  problem = $state.raw<Failure | null>(null)
  readonly #sync: () => void
  #timer: ReturnType<typeof setTimeout> | null = null

  constructor(lab: Lab) {
    this.lab = lab
    this.#sync = refresher(
      () => this.#load(),
      (error) => void (this.problem = failureOf(error)),
    )
  }

  /** Follows the runs. @returns how to stop */
  start(): () => void {
    const stops = [this.lab.onEvent((event) => this.#take(event)), this.lab.onReload(() => this.reload())]
    return () => {
      if (this.#timer) clearTimeout(this.#timer)
      stops.forEach((stop) => stop())
    }
  }

  readonly #look = $derived.by(() => {
    const kept = readCompareLook(this.lab.settings.get(COMPARE_KEY))
    const { current } = router
    if (current.view !== 'compare' || !current.runs || sameIds(current.runs, kept.runs)) return kept
    return withRuns(kept, current.runs)
  })

  /** What is kept, of the runs that the address names. */
  get look(): CompareLook {
    return this.#look
  }

  /** Ids of the chosen runs, in order. */
  get ids(): readonly string[] {
    return this.look.runs
  }

  readonly #runs = $derived.by(() =>
    this.ids.flatMap((id) => {
      const known = this.#known[id]
      if (!known) return []
      const now = this.lab.runs.get(id)
      return now && now !== known.run ? { ...known, run: now } : known
    }),
  )

  /** The chosen runs that are known, as the lab has them now, in order. */
  get runs(): readonly ComparedRun[] {
    return this.#runs
  }

  /** A run as lists show it; null while nothing is known of it, or when it was deleted. */
  view(id: string): RunView | null {
    return this.lab.runs.get(id) ?? this.#known[id]?.run ?? null
  }

  /** Whether a chosen run is not there any more. */
  isMissing(id: string): boolean {
    return this.#known[id] === null
  }

  /** Every chosen run's colour as '#rrggbb'. */
  get colours(): ReadonlyMap<string, string> {
    return runColours(this.look, this.lab.appearance.chartTheme)
  }

  /** Every chosen run's place among the series: its dash and its mark. */
  get slots(): Readonly<Record<string, number>> {
    return placeRuns(this.look.slots, this.ids)
  }

  change(change: Partial<CompareLook>): void {
    this.lab.settings.set(COMPARE_KEY, { ...this.look, ...change })
  }

  /** Keeps what the address names, and asks for what is not known yet. */
  follow(): void {
    const { current } = router
    const kept = readCompareLook(this.lab.settings.get(COMPARE_KEY))
    if (current.view === 'compare' && current.runs && !sameIds(current.runs, kept.runs)) this.change({})
    this.#sync()
  }

  /** Compares other runs: in the order given. */
  choose(ids: readonly string[]): void {
    const look = withRuns(this.look, ids)
    this.lab.settings.set(COMPARE_KEY, look)
    router.replace({ view: 'compare', runs: look.runs })
  }

  toggle(id: string): void {
    this.choose(this.ids.includes(id) ? this.ids.filter((other) => other !== id) : [...this.ids, id])
  }

  /** @param colour null: its place's again */
  paint(id: string, colour: ChosenColour | null): void {
    const { [id]: _before, ...others } = this.look.colours
    this.change({ colours: colour === null ? others : { ...others, [id]: colour } })
  }

  /** Asks for everything again. */
  reload(): void {
    this.#stale = this.ids
    this.#sync()
  }

  #take(event: LabEvent): void {
    const ids = event.kind === 'run' ? [event.run.id] : event.kind === 'runs-deleted' ? event.ids : []
    const ours = ids.filter((id) => this.ids.includes(id))
    if (ours.length === 0) return
    this.#stale = [...this.#stale, ...ours]
    this.#timer ??= setTimeout(() => {
      this.#timer = null
      this.#sync()
    }, ASK_AFTER)
  }

  async #load(): Promise<void> {
    const stale = this.#stale
    const wanted = this.ids.filter((id) => stale.includes(id) || this.#known[id] === undefined)
    if (wanted.length === 0) return
    this.#stale = []
    try {
      const { runs, missing } = await this.lab.client.request('compare.runs', { ids: wanted })
      const found = runs.map((run): [string, ComparedRun] => [run.run.id, run])
      const gone = missing.map((id): [string, null] => [id, null])
      this.#known = { ...this.#known, ...Object.fromEntries([...found, ...gone]) }
    } catch (error) {
      this.#stale = [...this.#stale, ...wanted]
      throw error
    }
    this.problem = null
  }
}

const sameIds = (a: readonly string[], b: readonly string[]): boolean => {
  const ids = uniqueRuns(a)
  return ids.length === b.length && ids.every((id, i) => id === b[i])
}

/** Goes to the comparison of what was compared last and these runs. */
export function compareAlso(lab: Lab, ids: readonly string[]): void {
  const { runs } = readCompareLook(lab.settings.get(COMPARE_KEY))
  router.go({ view: 'compare', runs: uniqueRuns([...runs, ...ids]) })
}

/** What the cases of the window's benchmark share. */
import type { Browser, Page } from 'playwright-core'
import type { Lab } from '../../src/main/lab/lab'
import { median } from '../result'
import type { FrameWork } from './frames'
import type { Served } from './served'

/** What can be measured, in this order, and chosen by `--cases`. */
export const caseNames = ['start', 'table', 'zoom', 'live', 'matrix', 'cell', 'probabilities', 'lines', 'many'] as const
/** See {@link caseNames}. */
export type CaseName = (typeof caseNames)[number]

/** Where a case is measured: in a page that shows the served lab. */
export interface Stage {
  readonly browser: Browser
  readonly page: Page
  readonly served: Served
  /** How long memory is watched. */
  readonly minutes: number
}

/** How values are spread; p95 is the 95th percentile. */
export interface Spread {
  readonly count: number
  readonly median: number
  readonly p95: number
  readonly longest: number
}

/** One line of the result: times in milliseconds, or something in words. */
export interface Row {
  readonly what: string
  readonly measured: Spread | string
  /** The mark; '' where there is none. */
  readonly wanted: string
}

/** A part of the benchmark. */
export interface Case {
  /** Said while it is measured. */
  readonly doing: string
  /** Adds what it looks at to a lab of {@link RUNS} runs. @param runs their ids, oldest first @returns ids of what it looks at */
  prepare(lab: Lab, runs: readonly string[]): readonly string[]
  measure(stage: Stage, ids: readonly string[]): Promise<Row[]>
}

/** How values are spread. @throws Error when there are none */
export function spread(values: readonly number[]): Spread {
  if (values.length === 0) throw new Error('Nothing was measured.')
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))]!
  return { count: values.length, median: median(values), p95: at(0.95), longest: at(1) }
}

/** Something that was timed: by the clock, and what lab and page together took of the processor's time. Milliseconds. */
export interface Timed {
  readonly wall: number
  readonly processor: number
}

/** The rows of something that was timed. @param wanted the mark for the clock's */
export const timedRows = (what: string, wanted: string, times: readonly Timed[]): Row[] => [
  { what, measured: spread(times.map(({ wall }) => wall)), wanted },
  { what: '… of the processor’s time', measured: spread(times.map(({ processor }) => processor)), wanted: '' },
]

/** The rows of the main thread's work a frame: by the clock, and of the processor's time. */
export const frameRows = (what: string, frames: readonly FrameWork[]): Row[] => [
  { what, measured: spread(frames.map(({ wall }) => wall)), wanted: 'p95 < 16 ms' },
  { what: '… of the processor’s time', measured: spread(frames.map(({ processor }) => processor)), wanted: '' },
]

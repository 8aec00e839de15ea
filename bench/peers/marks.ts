/** What a contender and the marks of the comparison are; nothing is run here. */
import { median } from '../result'

/** In the order of a turn: ours by mode, then the peers. */
export const contenders = [
  'eager',
  'graph',
  'xla',
  'bfloat16',
  'torch',
  'torch-compile',
  'torch-bfloat16',
  'jax',
] as const
export type Contender = (typeof contenders)[number]
export const ours: readonly Contender[] = ['eager', 'graph', 'xla', 'bfloat16']
/** Those that compute all in float32. */
const inFloat32 = (contender: Contender): boolean => !contender.endsWith('bfloat16')

/** What one contender did in one preset. */
export interface Timing {
  readonly contender: Contender
  /** Milliseconds of each batch, by round. */
  readonly rounds: readonly (readonly number[])[]
  readonly peakBytes: number
}

/** What a preset must reach. Speeds are ratios of images a second. */
export interface Mark {
  readonly preset: string
  /** Our best float32 mode over PyTorch eager, at least. */
  readonly speed: number
  /** Peers that our best mode must be ahead of. */
  readonly ahead: readonly Contender[]
  /** Share of the machine's matrix-product rate, at least; null: no mark. */
  readonly share: number | null
  /** Our best mode's resident memory, bytes at most. */
  readonly peakBytes: number
}

/** Ours with bfloat16 products over PyTorch eager in float32, at least. */
const BFLOAT16_SPEED = 1.8

export const marks: readonly Mark[] = [
  { preset: 'hrm-mnist', speed: 1.5, ahead: ['torch-compile', 'jax'], share: null, peakBytes: 1.3e9 },
  { preset: 'hrm-cifar10', speed: 1.3, ahead: [], share: 0.6, peakBytes: 2.2e9 },
  { preset: 'cnn-cifar10', speed: 1.3, ahead: ['torch-compile'], share: null, peakBytes: 1.2e9 },
]

/** How one mark came out; reached is null where a contender that it needs was not run. */
export interface Verdict {
  readonly mark: string
  readonly reached: boolean | null
  /** "reached", "missed by …" or "not measured", with the figures. */
  readonly text: string
}

/** Median of all batches, ms. */
export const medianMs = ({ rounds }: Timing): number => median(rounds.flat())

/** Smallest and largest of the rounds' medians, ms. */
export function spreadMs({ rounds }: Timing): readonly [low: number, high: number] {
  const middles = rounds.map(median)
  return [Math.min(...middles), Math.max(...middles)]
}

/**
 * How many times as fast one is as another: the median of the rounds' ratios. Both ran in each round, one soon after the other,
 * so that what slows the machine for a while cancels out.
 */
export const speedOver = (one: Timing, other: Timing): number =>
  median(one.rounds.map((round, i) => median(other.rounds[i]!) / median(round)))

/** The fastest of our float32 modes; null where none was run. */
export const bestOfOurs = (timings: readonly Timing[]): Timing | null =>
  timings
    .filter(({ contender }) => ours.includes(contender) && inFloat32(contender))
    .sort((a, b) => medianMs(a) - medianMs(b))[0] ?? null

const percent = (share: number): string => `${(100 * share).toFixed(0)} %`
const gigabytes = (bytes: number): string => `${(bytes / 1e9).toFixed(2)} GB`

/** @param least whether the value must be at least the limit, or at most */
function verdict(
  mark: string,
  value: number | null,
  limit: number,
  least: boolean,
  say: (v: number) => string,
): Verdict {
  if (value === null) return { mark, reached: null, text: 'not measured' }
  const reached = least ? value >= limit : value <= limit
  const text = reached ? `reached (${say(value)})` : `missed by ${say(Math.abs(limit - value))} (${say(value)})`
  return { mark, reached, text }
}

/**
 * All marks of a preset; none where it has none.
 * @param share of the matrix-product rate that our best mode reaches
 */
export function judge(preset: string, timings: readonly Timing[], share: number | null): Verdict[] {
  const mark = marks.find((one) => one.preset === preset)
  if (!mark) return []
  const best = bestOfOurs(timings)
  const over = (contender: Contender): number | null => {
    const peer = timings.find((one) => one.contender === contender)
    return best && peer ? speedOver(best, peer) : null
  }
  const between = (one: Contender, other: Contender): number | null => {
    const [a, b] = [one, other].map((name) => timings.find(({ contender }) => contender === name))
    return a && b ? speedOver(a, b) : null
  }
  const ratio = (value: number): string => value.toFixed(2)
  return [
    verdict(`speed over torch at least ${mark.speed}`, over('torch'), mark.speed, true, ratio),
    ...mark.ahead.map((peer) => verdict(`ahead of ${peer}`, over(peer), 1, true, ratio)),
    ...(mark.share === null
      ? []
      : [verdict(`at least ${percent(mark.share)} of the matrix product`, share, mark.share, true, percent)]),
    verdict(`memory at most ${gigabytes(mark.peakBytes)}`, best?.peakBytes ?? null, mark.peakBytes, false, gigabytes),
    verdict(
      `bfloat16: speed over torch at least ${BFLOAT16_SPEED}`,
      between('bfloat16', 'torch'),
      BFLOAT16_SPEED,
      true,
      ratio,
    ),
    verdict('bfloat16: ahead of torch-bfloat16', between('bfloat16', 'torch-bfloat16'), 1, true, ratio),
  ]
}

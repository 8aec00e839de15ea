/** A few images as an import would prepare them, before anything is imported. */
import type { PreviewView } from '../../../shared/contract/data-sets'
import { LabError } from '../../../shared/errors'
import { fitImage } from './decode/decode'
import type { DecodeJob, DecodeResult } from './decode/messages'
import { convertChannels } from './decode/pixels'
import { decodeAll } from './decode/pool'
import { DEFAULT_SIZE } from './fill'
import { pixelsPng, type PixelShape } from './image-png'
import { openSource } from './open-source'
import { checkOptions, type CheckedOptions, type ImportOptions } from './options'
import type { ImageFile, ImageSource, RecordSource } from './source'

/** Images shown, and image files whose sizes and channels are looked at. */
const SHOWN = 10
const SAMPLED = 200
/** Milliseconds after which what was decoded until then is all there is. */
const TIME_MS = 20_000

/** A preview but for its token. `pictures`: PNG, one for each of `images`. */
export interface Preview extends Omit<PreviewView, 'preview'> {
  readonly pictures: readonly Uint8Array[]
}

/** How to prepare. */
export type PreviewRequest = Omit<ImportOptions, 'dataSetsFolder' | 'published'>

/**
 * Prepares ten images of what a path holds, spread over its classes, and looks at sizes and channels of two hundred.
 * @param open how the path is opened
 * @throws LabError as openSource and checkOptions; 'bad-input' when none of them can be used · the signal's reason
 */
export async function makePreview(
  request: PreviewRequest,
  signal: AbortSignal,
  open: typeof openSource = openSource,
): Promise<Preview> {
  const options = checkOptions({ ...request, dataSetsFolder: '' })
  const source = await open(options.path, options.coarse)
  signal.throwIfAborted()
  return source.kind === 'records' ? ofRecords(source, options) : ofFiles(source, options, signal)
}

/** IDX and CIFAR: of the records that come first, as many classes as ten images show. */
async function ofRecords(source: RecordSource, options: CheckedOptions): Promise<Preview> {
  const { height, width, channels } = source
  const size = options.size ?? null
  const prepared = {
    ...{ height: size ?? height, width: size ?? width },
    channels: options.channels ?? channels,
  }
  const chosen = await firstRecords(source)
  const pictures = await Promise.all(
    chosen.map(async ({ pixels }) => {
      const own = { height, width, channels, data: pixels }
      const fitted = size === null ? pixels : await fitImage(own, { ...options, height: size, width: size })
      return pixelsPng(convertChannels(fitted, size === null ? channels : 3, prepared.channels), prepared)
    }),
  )
  const images = chosen.map(({ slot }) => {
    const label = source.labels[slot]!
    return { name: source.imageName(slot), label, className: source.classes[label]!, width, height }
  })
  return { prepared, images, pictures, problems: [], sample: null }
}

async function firstRecords(source: RecordSource): Promise<{ slot: number; pixels: Uint8Array }[]> {
  const bytes = source.height * source.width * source.channels
  const found: { slot: number; pixels: Uint8Array }[] = []
  for await (const { first, count, pixels } of source.blocks()) {
    for (let i = 0; i < count; i++) found.push({ slot: first + i, pixels: pixels.slice(i * bytes, (i + 1) * bytes) })
    break // A block of 256 shows what there is to see; this ends the reading.
  }
  const classes = found.map(({ slot }) => source.labels[slot]!)
  return spread(classes).map((i) => found[i]!)
}

/** Class folders: the images are decoded in the decode processes, as the import does. */
async function ofFiles(source: ImageSource, options: CheckedOptions, signal: AbortSignal): Promise<Preview> {
  const size = options.size ?? DEFAULT_SIZE
  const shown = spread(source.files.map(({ label }) => label)).map((i) => source.files[i]!)
  const sampled = evenly(source.files, SAMPLED)
  const results = await decodeSome(shown, sampled, { ...options, height: size, width: size }, signal)
  const usable = shown.flatMap((file, i) => {
    const result = results[i]
    return result?.outcome === 'done' ? [{ file, result }] : []
  })
  const looked = results.slice(shown.length).flatMap((r) => (r?.outcome === 'done' ? [r] : []))
  const problems = [...shown, ...sampled].flatMap(({ path }, i) => {
    const result = results[i]
    return result?.outcome === 'skipped' ? [{ path, reason: `${result.reason}: ${result.hint}` }] : []
  })
  if (usable.length === 0) throw nothingUsable(source.path, problems)
  const gray = usable.every(({ result }) => result.channels === 1)
  const prepared: PixelShape = { height: size, width: size, channels: options.channels ?? (gray ? 1 : 3) }
  return {
    prepared,
    images: usable.map(({ file: { name, label }, result: { width, height } }) => ({
      ...{ name, label, className: source.classes[label]! },
      ...{ width, height },
    })),
    pictures: await Promise.all(
      usable.map(({ result }) => pixelsPng(convertChannels(result.pixels!, 3, prepared.channels), prepared)),
    ),
    problems: problems.filter(({ path }, i) => problems.findIndex((other) => other.path === path) === i),
    sample: looked.length > 0 ? describeSample(looked) : null,
  }
}

type Done = Extract<DecodeResult, { outcome: 'done' }>

/** Results by place: first the images shown, then the sample; undefined where the time was over. */
async function decodeSome(
  shown: readonly ImageFile[],
  sampled: readonly ImageFile[],
  fitting: Parameters<typeof decodeAll>[0]['fitting'],
  signal: AbortSignal,
): Promise<(DecodeResult | undefined)[]> {
  const jobs = [...shown, ...sampled].map(({ location }, slot): DecodeJob => ({
    slot,
    location,
    large: false,
    factsOnly: slot >= shown.length,
  }))
  const results = new Array<DecodeResult | undefined>(jobs.length)
  const time = AbortSignal.timeout(TIME_MS)
  const { height, width, fit, background } = fitting
  await decodeAll(
    { fitting: { height, width, fit, background }, output: null, records: null },
    jobs,
    (result) => (results[result.slot] = result),
    { signal: AbortSignal.any([signal, time]) },
  ).catch((cause: unknown) => {
    signal.throwIfAborted()
    if (!time.aborted) throw cause
  })
  return results
}

function nothingUsable(path: string, [problem]: Preview['problems']): LabError {
  return problem
    ? new LabError(
        'bad-input',
        `None of the images looked at in ${path} can be used (${problem.path}: ${problem.reason}).`,
        'Put readable images into the class folders.',
      )
    : new LabError(
        'bad-input',
        `No image of ${path} could be prepared in ${TIME_MS / 1000} s.`,
        'Import it without a preview.',
      )
}

/** Places of up to ten images: of as many classes as can be, spread evenly within each; in the given order. */
function spread(labels: readonly number[]): number[] {
  const byClass = new Map<number, number[]>()
  labels.forEach((label, i) => (byClass.get(label) ?? byClass.set(label, []).get(label)!).push(i))
  const classes = evenly(
    [...byClass.keys()].sort((a, b) => a - b),
    SHOWN,
  ).map((label) => byClass.get(label)!)
  const wanted = classes.flatMap((own) => evenly(own, Math.ceil(SHOWN / classes.length)))
  // What small classes leave free, any others fill.
  return [...new Set([...wanted, ...classes.flat()])].slice(0, SHOWN).sort((a, b) => a - b)
}

/** At most `most` items, evenly spread. */
function evenly<T>(items: readonly T[], most: number): T[] {
  const count = Math.min(most, items.length)
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]!)
}

function describeSample(looked: readonly Done[]): NonNullable<PreviewView['sample']> {
  const count = (channels: Done['channels']): number => looked.filter((h) => h.channels === channels).length
  return {
    images: looked.length,
    width: spreadOf(looked.map(({ width }) => width)),
    height: spreadOf(looked.map(({ height }) => height)),
    ...{ gray: count(1), colour: count(3), transparent: count(4) },
  }
}

function spreadOf(values: readonly number[]): { min: number; median: number; max: number } {
  const sorted = [...values].sort((a, b) => a - b)
  return { min: sorted[0]!, median: sorted[Math.floor(sorted.length / 2)]!, max: sorted.at(-1)! }
}

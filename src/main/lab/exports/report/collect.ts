import { MOST_COMPARED, type ComparedRun } from '../../../../shared/contract/compare'
import type { DisagreementView } from '../../../../shared/contract/disagreement'
import { LabError } from '../../../../shared/errors'
import { comparedRun } from '../../compare/handlers'
import { pixelsPng } from '../../datasets/image-png'
import { disagreeingImages, disagreement } from '../../disagreement/disagreement'
import type { Lab } from '../../lab'
import type { Run } from '../../runs/runs'
import { collectRun } from '../collect'
import type { RunExport } from '../data'

/** Runs whose matrices, and whose disagreement with the first one, are shown; tables and curves show all. */
export const MOST_SHOWN = 12
/** Images of each kind of disagreement. */
const GRID = 12

/** One of the runs. */
export interface ReportRun {
  /** A, B, … Z, AA: what the report calls it. */
  readonly letter: string
  readonly compared: ComparedRun
  readonly made: RunExport
}

/** An image of the test part, and what both runs say of it. */
export interface ReportImage {
  /** PNG file, one pixel for each of the image's. */
  readonly png: Uint8Array
  /** Its place in the data set, and where it came from; untrusted text. */
  readonly id: number
  readonly source: string
  /** Class numbers. */
  readonly truth: number
  readonly a: number
  readonly b: number
}

/** Images that the same runs err on. */
export interface ReportGrid {
  /** 10: only A errs, 01: only B, 11: both. */
  readonly wrong: '10' | '01' | '11'
  readonly total: number
  readonly images: readonly ReportImage[]
}

/** The first run beside another one, image by image. */
export interface ReportPair {
  readonly a: ReportRun
  readonly b: ReportRun
  /** Or why it cannot be said. */
  readonly seen: DisagreementView | { readonly problem: string }
  readonly grids: readonly ReportGrid[]
  /** Why there are no images; null: there are, or none is wanted. */
  readonly noImages: string | null
}

/** What a report tells. */
export interface Report {
  readonly runs: readonly ReportRun[]
  /** The first run and each of the next ones. */
  readonly pairs: readonly ReportPair[]
}

/**
 * Gathers what a report tells of runs, from the store and the data sets' files.
 * @throws LabError 'bad-input' for no run, too many, or one that has not begun; the signal's reason
 */
export async function collectReport(lab: Lab, rows: readonly Run[], signal?: AbortSignal): Promise<Report> {
  if (rows.length === 0) throw new LabError('bad-input', 'There is no run to report on.', 'Name at least one run.')
  if (rows.length > MOST_COMPARED)
    throw new LabError('bad-input', `A report holds ${MOST_COMPARED} runs at most, not ${rows.length}.`)
  const runs = rows.map((row, i): ReportRun => {
    signal?.throwIfAborted()
    // It is there: it was just read.
    return { letter: letterOf(i), compared: comparedRun(lab, row.id)!, made: collectRun(lab, row) }
  })
  const ids = rows.map(({ id }) => id)
  const pairs: ReportPair[] = []
  for (const b of runs.slice(1, MOST_SHOWN)) {
    signal?.throwIfAborted()
    pairs.push(await collectPair(lab, runs[0]!, b, ids))
  }
  return { runs, pairs }
}

/** A … Z, AA … : as spreadsheets name columns. */
export const letterOf = (place: number): string =>
  (place >= 26 ? letterOf(Math.floor(place / 26) - 1) : '') + String.fromCharCode(65 + (place % 26))

async function collectPair(lab: Lab, a: ReportRun, b: ReportRun, among: readonly string[]): Promise<ReportPair> {
  const question = { part: 'test', epoch: 'last', runs: [a.made.id, b.made.id], among } as const
  try {
    const seen = disagreement(lab, question)
    const places = (wrong: string): number[] => disagreeingImages(lab, question, wrong, null)
    return { a, b, seen, ...(await collectGrids(a, b, seen, places)) }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return { a, b, seen: { problem: error.message }, grids: [], noImages: null }
  }
}

/** The surest errors of each kind. Images that are gone leave the report without them, and it says so. */
async function collectGrids(
  a: ReportRun,
  b: ReportRun,
  { imagesHere, dataSet }: DisagreementView,
  places: (wrong: string) => number[],
): Promise<Pick<ReportPair, 'grids' | 'noImages'>> {
  const { image, predictions } = a.made
  const others = b.made.predictions
  if (!image || !imagesHere || !predictions || !others)
    return { grids: [], noImages: `The images of “${dataSet.name}” are not there any more.` }
  const read = async (place: number): Promise<ReportImage> => {
    const id = predictions.ids[place]!
    return {
      ...{ id, source: predictions.sourceName(id), truth: predictions.labels[place]! },
      ...{ a: predictions.predicted[place]!, b: others.predicted[place]! },
      png: await pixelsPng(await image(id), a.made.dataSet),
    }
  }
  const sure = { '10': predictions, '01': others, '11': predictions }
  const grids: ReportGrid[] = []
  try {
    for (const wrong of ['10', '01', '11'] as const) {
      const { confidence } = sure[wrong]
      const found = places(wrong)
      const surest = found.toSorted((x, y) => confidence[y]! - confidence[x]! || x - y).slice(0, GRID)
      grids.push({ wrong, total: found.length, images: await Promise.all(surest.map(read)) })
    }
  } catch (error) {
    if (!(error instanceof LabError)) throw error
    return { grids: [], noImages: error.message }
  }
  return { grids, noImages: null }
}

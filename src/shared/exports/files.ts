import { z } from 'zod'
import type { BUNDLE_ADDRESS } from './bundle'

/** Every file of a run's export, in the order they are written. */
export const runFiles = [
  'run.json',
  'loss.png',
  'accuracy.png',
  'confusion.png',
  'misclassified.png',
  'steps.csv',
  'epochs.csv',
  'confusion.csv',
  'confused-pairs.csv',
  'classes.csv',
  'predictions.csv',
  'published.md',
  'weights.safetensors',
] as const
export type RunFile = (typeof runFiles)[number]

/** Every file of a comparison's export, in the order they are written. */
export const comparisonFiles = [
  'curves.png',
  'table.png',
  'confusion-difference.png',
  'table.csv',
  'table.md',
  'table.tex',
  'differences.csv',
  'differences.md',
  'confusion-difference.csv',
  'steps.csv',
] as const
export type ComparisonFile = (typeof comparisonFiles)[number]

/** What each file is, in words. */
export const fileTitles: Readonly<Record<RunFile | ComparisonFile, string>> = {
  'run.json': 'Everything that made the run',
  'loss.png': 'Loss',
  'accuracy.png': 'Accuracy by epoch',
  'confusion.png': 'Confusion matrix',
  'misclassified.png': 'Surest errors',
  'steps.csv': 'Every step',
  'epochs.csv': 'Epochs',
  'confusion.csv': 'Confusion matrix',
  'confused-pairs.csv': 'Confused pairs',
  'classes.csv': 'Classes',
  'predictions.csv': 'Predictions',
  'published.md': 'Ours beside published',
  'weights.safetensors': 'Weights',
  'curves.png': 'Curves',
  'table.png': 'Table',
  'confusion-difference.png': 'Confusion, first less second',
  'confusion-difference.csv': 'Confusion, first less second',
  'table.csv': 'Table',
  'table.md': 'Table, Markdown',
  'table.tex': 'Table, LaTeX',
  'differences.csv': 'Differences',
  'differences.md': 'Differences, Markdown',
}

/** Everything of the chosen runs as one zip: /exports/RUN,RUN/everything.zip. */
export const ZIP_ADDRESS = 'everything.zip'

/** A comparison as one page that needs neither the lab nor a line: /exports/RUN,RUN/report.html. */
export const REPORT_ADDRESS = 'report.html'

/** Files of a comparison that there are of exactly two runs. */
export const isOfTwo = (name: ComparisonFile): boolean => name.startsWith('confusion-difference')

/** Pictures that can be drawn as SVG; a grid of images cannot. */
export const isChart = (name: string): boolean => name.endsWith('.png') && name !== 'misclassified.png'

const looks = { theme: z.enum(['light', 'dark']).optional(), format: z.enum(['png', 'svg']).optional() }
const sizes = <Size extends z.ZodType>(size: Size) => ({ width: size, height: size, dpi: size, fontSize: size })

/** How pictures come out; sizes in millimetres, letters in points. */
export const pictureChoicesSchema = z.strictObject({ ...looks, ...sizes(z.number().optional()) })

/** The same as an address says it. */
export const pictureQuerySchema = z.strictObject({ ...looks, ...sizes(z.coerce.number().optional()) })
/** Exact: a choice that is left out is not there. */
export type PictureQuery = {
  [Key in keyof z.infer<typeof pictureQuerySchema>]?: NonNullable<z.infer<typeof pictureQuerySchema>[Key]>
}

/** Everything that has an address. */
export type ExportName = RunFile | ComparisonFile | typeof REPORT_ADDRESS | typeof ZIP_ADDRESS | typeof BUNDLE_ADDRESS

/** Address of an exported file: of one run, or of a comparison of several. */
export function exportAddress(runs: readonly string[], name: ExportName, query: PictureQuery): string {
  const pairs = Object.entries(query).flatMap(([key, value]) => (value === undefined ? [] : [[key, String(value)]]))
  const tail = new URLSearchParams(pairs).toString()
  return `exports/${runs.map(encodeURIComponent).join(',')}/${name}${tail ? `?${tail}` : ''}`
}

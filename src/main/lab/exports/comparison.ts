import { LabError } from '../../../shared/errors'
import { type ComparisonFile, comparisonFiles } from '../../../shared/exports/files'
import { comparisonTable, comparisonNotes, comparisonCsv } from './comparison-table'
import { differenceTable, subtractedMatrices } from './confusion-difference'
import type { RunExport } from './data'
import { differences } from './differences'
import type { PictureStyle } from './draw/canvas'
import { comparisonPicture } from './draw/comparison-picture'
import { differencePicture } from './draw/run-pictures'
import { tablePicture } from './draw/table'
import { csvParts } from './files/csv'
import { latexTable, markdownTable } from './files/markup'
import { comparedSteps } from './files/steps'
import { writeWhole } from './files/write'
import { pictureStyle, type ExportOptions, type FileMaker } from './options'
import { pictureFile } from './picture-file'
import { writeFiles } from './run'
import { summarise } from './summary'

/**
 * Writes what sets any number of runs side by side into `folder`, as {@link exportRun} does for one.
 * @returns the paths written
 * @throws LabError when there is no run, or as exportRun
 */
export async function exportComparison(
  runs: readonly RunExport[],
  folder: string,
  options: ExportOptions<ComparisonFile> = {},
): Promise<string[]> {
  if (runs.length === 0) throw new LabError('bad-input', 'There is no run to compare.', 'Name at least one run.')
  const style = pictureStyle(options)
  return writeFiles(folder, comparisonFiles, options, (name) => comparisonFile(runs, name, style, options))
}

function comparisonFile(
  runs: readonly RunExport[],
  name: ComparisonFile,
  style: PictureStyle,
  { signal, logarithmic = null }: ExportOptions<ComparisonFile>,
): FileMaker {
  const summaries = runs.map(summarise)
  const table = comparisonTable(summaries)
  const notes = comparisonNotes(summaries)
  const write = (content: () => Parameters<typeof writeWhole>[1]): FileMaker => ({
    write: (path) => writeWhole(path, content(), signal),
  })
  switch (name) {
    case 'curves.png':
      return pictureFile((style) => comparisonPicture(runs, style, logarithmic), style, 'Comparison: curves', signal)
    case 'table.png':
      return pictureFile((style) => tablePicture(table, notes, style), style, 'Comparison: table', signal)
    case 'table.csv': {
      const { head, rows } = comparisonCsv(summaries)
      return write(() => csvParts(head, rows))
    }
    case 'table.md':
      return write(() => `${markdownTable(table)}\n${notes.map((note) => `${note}\n`).join('\n')}`)
    case 'table.tex':
      return write(() => latexTable(table, notes))
    case 'differences.csv': {
      const { head, rows } = differences(runs)
      return write(() => csvParts(head, rows))
    }
    case 'differences.md': {
      const { head, rows } = differences(runs)
      return write(() =>
        rows.length > 0
          ? markdownTable({ head, rows, align: head.map(() => 'left') })
          : 'All settings, the data and the engine are the same.\n',
      )
    }
    case 'confusion-difference.png': {
      const found = subtractedMatrices(runs)
      if ('missing' in found) return found
      const draw = (style: PictureStyle) => differencePicture(found.runs, found.matrices, style)
      return pictureFile(draw, style, 'Comparison: confusion, first less second', signal)
    }
    case 'confusion-difference.csv': {
      const found = subtractedMatrices(runs)
      if ('missing' in found) return found
      const { head, rows } = differenceTable(found.matrices, found.runs[0].dataSet.classes)
      return write(() => csvParts(head, rows))
    }
    case 'steps.csv': {
      const { head, rows } = comparedSteps(runs)
      return write(() => csvParts(head, rows))
    }
  }
}

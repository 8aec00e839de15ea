import { extname, join } from 'node:path'
import { LabError } from '../../../shared/errors'
import { type RunFile, runFiles } from '../../../shared/exports/files'
import { lastConfusion, type RunExport } from './data'
import type { Picture, PictureStyle } from './draw/canvas'
import { misclassifiedPicture } from './draw/misclassified'
import { accuracyPicture, confusionPicture, lossPicture } from './draw/run-pictures'
import { csvParts } from './files/csv'
import { runJson } from './files/run-json'
import { classTable, confusionTable, epochTable, pairTable, predictionTable, type CsvTable } from './files/run-tables'
import { stepTable } from './files/steps'
import { weightsOf } from './files/weights'
import { openFolder, writeWhole } from './files/write'
import { publishedMarkdown, publishedTable } from './published-table'
import { chosenFiles, pictureStyle, type ExportOptions, type FileMaker } from './options'
import { pictureFile } from './picture-file'

/**
 * Writes a run's pictures, tables, run.json and weights into `folder` (made when it is not there; files of the same
 * names are replaced, each whole or not at all).
 * @returns the paths written; what the run has no data for is told to `onSkip`
 * @throws LabError when the folder cannot be written, the disk is full, or a file named in `only` cannot be made
 */
export async function exportRun(
  run: RunExport,
  folder: string,
  options: ExportOptions<RunFile> = {},
): Promise<string[]> {
  const style = pictureStyle(options)
  return writeFiles(folder, runFiles, options, (name) => runFile(run, name, style, options))
}

/** Writes each chosen file that can be made. Shared by runs and comparisons. */
export async function writeFiles<Name extends string>(
  folder: string,
  all: readonly Name[],
  options: ExportOptions<Name>,
  maker: (name: Name) => FileMaker,
): Promise<string[]> {
  const chosen = chosenFiles(all, options.only ?? options.among)
  await openFolder(folder)
  const written: string[] = []
  for (const [index, name] of chosen.entries()) {
    options.signal?.throwIfAborted()
    options.onFile?.(name, index, chosen.length)
    const file = maker(name)
    if ('missing' in file) {
      if (options.only) throw new LabError('bad-input', `${name} cannot be made: ${file.missing}.`)
      options.onSkip?.(name, file.missing)
      continue
    }
    const called = options.nameOf?.(name) ?? name
    const path = join(
      folder,
      file.ending === undefined ? called : `${called.slice(0, -extname(called).length)}${file.ending}`,
    )
    await file.write(path)
    written.push(path)
  }
  return written
}

function runFile(run: RunExport, name: RunFile, style: PictureStyle, options: ExportOptions<RunFile>): FileMaker {
  const { signal, logarithmic = null } = options
  const { classes } = run.dataSet
  const picture = (draw: (style: PictureStyle) => Picture | Promise<Picture>, drawn = style): FileMaker =>
    pictureFile(draw, drawn, `${run.name}: ${name}`, signal)
  const csv = (table: () => CsvTable): FileMaker => ({
    write: (path) => {
      const { head, rows } = table()
      return writeWhole(path, csvParts(head, rows), signal)
    },
  })
  const last = lastConfusion(run)
  const { predictions, image, weights } = run
  const noTest = { missing: 'the test part was never evaluated' }
  const noEpoch = { missing: 'no epoch has ended' }
  switch (name) {
    case 'run.json':
      return { write: (path) => writeWhole(path, runJson(run), signal) }
    case 'loss.png':
      return picture(() => lossPicture(run, style, logarithmic))
    case 'accuracy.png':
      return run.epochs.length > 0 ? picture(() => accuracyPicture(run, style)) : noEpoch
    case 'confusion.png':
      return last ? picture(() => confusionPicture(run, last, style)) : noTest
    case 'misclassified.png':
      if (!predictions) return noTest
      if (!image) return { missing: `the images of data set ${run.dataSet.name} are not there` }
      return picture((pixels) => misclassifiedPicture(run, predictions, image, pixels), { ...style, svg: false })
    case 'steps.csv':
      return csv(() => stepTable(run.steps()))
    case 'epochs.csv':
      return run.epochs.length > 0 ? csv(() => epochTable(run)) : noEpoch
    case 'confusion.csv':
      return last ? csv(() => confusionTable(last.confusion, classes)) : noTest
    case 'confused-pairs.csv':
      return last ? csv(() => pairTable(run, last.confusion)) : noTest
    case 'classes.csv':
      return last ? csv(() => classTable(last.confusion, classes)) : noTest
    case 'predictions.csv':
      return predictions ? csv(() => predictionTable(predictions, classes)) : noTest
    case 'published.md': {
      const beside = publishedTable(run)
      return beside
        ? { write: (path) => writeWhole(path, publishedMarkdown(beside), signal) }
        : { missing: 'nothing is published of this preset on this data' }
    }
    case 'weights.safetensors':
      return weights
        ? { write: async (path) => writeWhole(path, await weightsOf(weights, weightsMetadata(run)), signal) }
        : { missing: 'no checkpoint has been written' }
  }
}

/** What a weights file says of itself; safetensors keep strings only. */
const weightsMetadata = ({ id, configuration, dataSet, made }: RunExport): Record<string, string> => ({
  format: 'hrm-lab-weights',
  run: id,
  configuration: JSON.stringify(configuration),
  dataSet: dataSet.hash,
  labVersion: made.labVersion,
})

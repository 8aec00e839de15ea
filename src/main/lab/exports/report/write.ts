import { dirname } from 'node:path'
import type { Lab } from '../../lab'
import type { Run } from '../../runs/runs'
import { openFolder, writeWhole } from '../files/write'
import { collectReport } from './collect'
import { reportPage } from './page'

/**
 * Writes a comparison as one self-contained HTML page, whole or not at all. The first run is the one that the others are held against.
 * @param path is replaced if it is there
 * @throws LabError 'bad-input' for no run, too many, or one that has not begun; 'storage' when the file cannot be written; the
 *   signal's reason
 */
export async function writeReport(lab: Lab, runs: readonly Run[], path: string, signal?: AbortSignal): Promise<void> {
  await openFolder(dirname(path))
  await writeWhole(path, reportPage(await collectReport(lab, runs, signal)), signal)
}

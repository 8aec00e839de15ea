import { accessSync, constants, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import envPaths from 'env-paths'
import { LabError } from '../../shared/errors'

/** Where a lab keeps everything: one folder a person can copy. */
export interface Home {
  readonly folder: string
  /** SQLite: data sets, experiments, runs, metrics. */
  readonly database: string
  /** One folder a data set (shared/data/dataset.ts). */
  readonly dataSets: string
  /** One folder a run: its checkpoints. */
  readonly runs: string
}

/**
 * The lab's folder: `chosen` (from --home), else HRM_LAB_HOME, else the platform's data folder.
 * Made if it is not there, unless `readOnly`.
 * @throws LabError 'storage' when it cannot be made or written.
 */
export function openHome(chosen: string | undefined, readOnly = false): Home {
  const folder = resolve(chosen ?? process.env['HRM_LAB_HOME'] ?? envPaths('hrm-lab', { suffix: '' }).data)
  const home: Home = {
    folder,
    database: join(folder, 'lab.sqlite'),
    dataSets: join(folder, 'datasets'),
    runs: join(folder, 'runs'),
  }
  if (readOnly) return home
  try {
    for (const path of [folder, home.dataSets, home.runs]) {
      mkdirSync(path, { recursive: true })
      accessSync(path, constants.W_OK)
    }
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? String(cause)
    throw new LabError(
      'storage',
      `The lab’s folder ${folder} cannot be written (${code}).`,
      'Give it write permission, or choose another folder with --home or HRM_LAB_HOME.',
      { cause },
    )
  }
  return home
}

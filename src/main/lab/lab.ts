import { existsSync } from 'node:fs'
import { LabError } from '../../shared/errors'
import type { Store } from '../store/store'
import { openStore } from '../store/store'
import { DataSets } from './datasets/data-sets'
import { type Home, openHome, resolveHome } from './home/home'
import { MOVED_SETTING } from './home/move-home'
import { Runs } from './runs/runs'
import { explainLocked } from './shown-by'

/** How to open a lab. */
export interface LabOptions {
  /** The folder; else HRM_LAB_HOME, else where the lab was moved, else the platform's data folder. */
  readonly home?: string | undefined
  /** Only to look: needs no lock and works beside a lab that trains. */
  readonly readOnly?: boolean
}

/** The backend behind every shell: data sets, runs, what is recorded of them. Knows nothing of Electron, HTTP or terminals. */
export class Lab {
  readonly home: Home
  readonly store: Store
  readonly dataSets: DataSets
  readonly runs: Runs

  private constructor(home: Home, store: Store) {
    this.home = home
    this.store = store
    this.dataSets = new DataSets(home, store)
    this.runs = new Runs(home, store, this.dataSets)
  }

  /**
   * Opens the lab in its folder.
   * @throws LabError 'locked' when another process writes it, 'storage' when the folder or database cannot be used,
   *   'not-found' when only reading and there is none
   */
  static open({ home: folder, readOnly = false }: LabOptions = {}): Lab {
    const home = openHome(folder, readOnly)
    let lab: Lab
    try {
      lab = new Lab(home, openStore(home.database, { readOnly }))
    } catch (error) {
      throw error instanceof LabError && error.kind === 'locked' ? explainLocked(error, home) : error
    }
    if (readOnly) return lab
    if (resolveHome(folder).folder !== home.folder) {
      // It was moved after it had been looked for and before its lock was had.
      lab.close()
      return Lab.open({ home: folder })
    }
    lab.#takeUp()
    return lab
  }

  /** Whether the folder (chosen as in {@link open}) holds a lab. */
  static exists(home?: string): boolean {
    return existsSync(openHome(home, true).database)
  }

  /** A lab that was moved and is opened again where it was has a life of its own from now on. */
  #takeUp(): void {
    const { settings } = this.store
    if (settings.get(MOVED_SETTING) !== null) settings.set(MOVED_SETTING, null)
  }

  /** Closes the database. */
  close(): void {
    this.store.close()
  }
}

import { existsSync } from 'node:fs'
import { LabError } from '../../shared/errors'
import type { Store } from '../store/store'
import { openStore } from '../store/store'
import { DataSets } from './datasets/data-sets'
import { openHome, type Home } from './home'
import { Runs } from './runs/runs'
import { explainLocked } from './shown-by'

/** How to open a lab. */
export interface LabOptions {
  /** The folder; else HRM_LAB_HOME, else the platform's data folder. */
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
    try {
      return new Lab(home, openStore(home.database, { readOnly }))
    } catch (error) {
      throw error instanceof LabError && error.kind === 'locked' ? explainLocked(error, home) : error
    }
  }

  /** Whether the folder (chosen as in {@link open}) holds a lab. */
  static exists(home?: string): boolean {
    return existsSync(openHome(home, true).database)
  }

  /** Closes the database. */
  close(): void {
    this.store.close()
  }
}

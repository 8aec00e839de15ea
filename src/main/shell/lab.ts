import { Lab } from '../lab/lab'
import { RunningLab } from '../lab/running-lab'
import { endShowing, tellShowing } from '../lab/shown-by'
import { forkWithElectron } from './engine-child'
import type { WindowOptions } from './options'

/**
 * Opens the lab for writing, its engine a utility process. Loads the native parts (SQLite, sharp), so that index.ts imports it
 * late and can tell what does not fit.
 * @throws LabError as Lab.open
 */
export function openLab({ home, ...engine }: WindowOptions): RunningLab {
  const lab = Lab.open({ home })
  tellShowing(lab.home, { shell: 'window', address: null })
  return new RunningLab(lab, { ...engine, fork: forkWithElectron })
}

/** Ends what {@link openLab} began: the run in work is paused with a checkpoint, the database is closed. */
export async function closeLab(running: RunningLab): Promise<void> {
  endShowing(running.lab.home)
  await running.close()
}

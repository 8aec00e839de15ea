import { Lab } from '../lab/lab'
import { RunningLab } from '../lab/running-lab'
import { forkWithElectron } from './engine-child'
import type { WindowOptions } from './options'

/**
 * Opens the lab for writing, its engine a utility process. Loads the native parts (SQLite, sharp), so that index.ts imports it
 * late and can tell what does not fit.
 * @throws LabError as Lab.open
 */
export function openLab({ home, ...engine }: WindowOptions): RunningLab {
  const running = new RunningLab(Lab.open({ home }), { ...engine, fork: forkWithElectron })
  running.show({ shell: 'window', address: null })
  return running
}

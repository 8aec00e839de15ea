import type { RunView } from '../../../shared/contract/runs'
import { BUNDLE_ADDRESS } from '../../../shared/exports/bundle'
import { exportAddress } from '../../../shared/exports/files'
import type { Lab } from '../../state/lab.svelte'
import { fetchExport, keepFile } from './exported'

/** Hands a run's bundle to the browser's downloads (Electron asks where): one file that another lab takes in. */
export const keepBundle = (lab: Lab, run: RunView): Promise<boolean> =>
  lab.messages.attempt(`Saving ${run.name}`, async () => {
    const file = await fetchExport(exportAddress([run.id], BUNDLE_ADDRESS, {}))
    if ('problem' in file) throw new Error(file.problem)
    keepFile(file)
  })

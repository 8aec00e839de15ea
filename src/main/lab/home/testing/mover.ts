/** A process that moves the lab to the folder given, says how far it is, and stands still there until it is killed. */
import { writeSync } from 'node:fs'
import { Lab } from '../../lab'
import { moveHome } from '../move-home'

const [to, until] = process.argv.slice(2) as [string, 'copying' | 'checking']
await moveHome(Lab.open(), to, {
  onProgress: ({ phase, done }) => {
    if (phase !== until || done === 0) return
    writeSync(1, phase)
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)
  },
})

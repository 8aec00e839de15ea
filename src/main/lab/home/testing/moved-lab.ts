/** A lab that may be moved: no folder of it was named by who opens it. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { vi } from 'vitest'
import { newRun, temporaryFolder } from '../../../store/testing/fixtures'
import { Lab } from '../../lab'
import { writeLocation } from '../location'

/** Images of the lab's data set, larger than what is copied at a time. */
export const IMAGE_BYTES = 9 * 2 ** 20

/** Where such a lab lies; env variables are to be unstubbed when the test ends. */
export interface MovableLab {
  /** Holds everything of the test. */
  readonly top: string
  readonly lab: Lab
  /** Id of a run in it. */
  readonly run: string
}

/** Makes one with a data set, a run and a checkpoint; the next Lab.open without a folder opens it again. */
export function movableLab(): MovableLab {
  const top = temporaryFolder()
  const folder = join(top, 'first')
  vi.stubEnv('HRM_LAB_HOME', undefined)
  vi.stubEnv('HRM_LAB_CONFIG', join(top, 'config'))
  mkdirSync(join(folder, 'datasets', 'digits'), { recursive: true })
  writeLocation({ home: folder, former: [] })
  const lab = Lab.open()
  const run = newRun(lab.store)
  mkdirSync(join(folder, 'runs', run))
  writeFileSync(join(folder, 'runs', run, 'step-4.safetensors'), 'weights')
  writeFileSync(join(folder, 'datasets', 'digits', 'images.u8'), Buffer.alloc(IMAGE_BYTES, 7))
  return { top, lab, run }
}

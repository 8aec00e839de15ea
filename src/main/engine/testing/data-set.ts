import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { PartName } from '../../../shared/data/dataset'
import type { InputShape } from '../../../shared/experiment/family'
import { writeStripes } from './stripes'

/** What the `testing-*` presets are made for. */
export const tinyInput: InputShape = { height: 8, width: 8, channels: 1, classes: 4 }

const made: string[] = []
afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

/** An empty folder in the system's temporary one, gone when the test file is done. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-test-'))
  made.push(folder)
  return folder
}

/** {@link writeStripes} in a folder that is gone when the test file is done. @returns it */
export function writeDataSet(counts: Record<PartName, number>, input: InputShape = tinyInput): string {
  const folder = join(temporaryFolder(), 'dataset')
  writeStripes(folder, counts, input)
  return folder
}

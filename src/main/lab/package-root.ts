import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** What package.json says of this lab. */
export interface PackageInfo {
  /** Folder that holds package.json and resources/. */
  readonly root: string
  readonly version: string
}

let cached: PackageInfo | null = null

/**
 * Finds the lab's own package.json by walking up from this file: right from sources, from the build and when installed.
 * @throws Error when there is none, which means a broken installation.
 */
export function packageInfo(): PackageInfo {
  if (cached) return cached
  let folder = dirname(fileURLToPath(import.meta.url))
  for (;;) {
    const file = join(folder, 'package.json')
    if (existsSync(file)) {
      const content = JSON.parse(readFileSync(file, 'utf8')) as { name?: string; version?: string }
      if (content.name === 'hrm-lab') return (cached = { root: folder, version: content.version ?? '0.0.0' })
    }
    const parent = dirname(folder)
    if (parent === folder) throw new Error('package.json of hrm-lab was not found above the running file')
    folder = parent
  }
}

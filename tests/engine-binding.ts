import { installedBinding } from '../scripts/engine-setup/index.mjs'

/**
 * Path of the native binding for tests: HRM_LAB_BINDING (for development of the engine itself), else what the set-up put
 * into the cache.
 * @throws Error when there is none: engine tests fail rather than skip
 */
export function engineBinding(): string {
  const path = process.env['HRM_LAB_BINDING'] ?? installedBinding('cpu')?.path
  if (!path) throw new Error('No native engine in the cache: run `npm start -- engine` first, or set HRM_LAB_BINDING.')
  return path
}

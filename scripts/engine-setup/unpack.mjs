import { createReadStream, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { listZip, unpackEntry } from './zip.mjs'

/**
 * What was unpacked, written beside it when all of it is there.
 * @typedef {object} Manifest
 * @property {string[]} wheels their SHA-256, in the recipe's order
 * @property {{path: string, bytes: number, sha256: string}[]} files
 */

const MANIFEST = 'unpacked.json'

/** @param {string} pattern */
function toRegExp(pattern) {
  const escaped = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replace(/\*\*|\*/g, (stars) => (stars === '**' ? '.*' : '[^/]*'))}$`)
}

/** Whether the recipe wants this member. @param {{take: string[]}} recipe @param {string} name */
export function takes(recipe, name) {
  return recipe.take.some((pattern) => toRegExp(pattern).test(name))
}

/**
 * Unpacks what the recipe wants from its wheels, with the wheels' own folder layout (the CUDA libraries are found by it).
 * @param {import('./recipe.mjs').Recipe} recipe
 * @param {string[]} wheelPaths in the recipe's order
 * @param {string} folder
 * @param {{onBytes: (done: number) => void, signal?: AbortSignal | undefined}} options onBytes: bytes written so far
 */
export async function unpackWheels(recipe, wheelPaths, folder, { onBytes, signal }) {
  const patterns = recipe.take.map(toRegExp)
  /** @type {Manifest} */
  const manifest = { wheels: recipe.wheels.map((wheel) => wheel.sha256), files: [] }
  let done = 0
  const count = (/** @type {number} */ bytes) => onBytes((done += bytes))
  for (const path of wheelPaths) {
    for (const entry of await listZip(path)) {
      if (!patterns.some((pattern) => pattern.test(entry.name))) continue
      const sha256 = await unpackEntry(path, entry, join(folder, entry.name), { onBytes: count, signal })
      manifest.files.push({ path: entry.name, bytes: entry.bytes, sha256 })
    }
  }
  writeFileSync(join(folder, MANIFEST), JSON.stringify(manifest), { flush: true })
}

/**
 * Whether a folder holds everything this recipe unpacks.
 * @param {import('./recipe.mjs').Recipe} recipe @param {string} folder
 * @param {{contents: boolean}} options contents: compare every byte (by hash), not only sizes
 */
export async function isUnpacked(recipe, folder, { contents }) {
  const file = join(folder, MANIFEST)
  if (!existsSync(file)) return false
  /** @type {Manifest} */
  const manifest = JSON.parse(readFileSync(file, 'utf8'))
  if (manifest.wheels.join() !== recipe.wheels.map((wheel) => wheel.sha256).join()) return false
  for (const { path, bytes, sha256 } of manifest.files) {
    const unpacked = join(folder, path)
    if (statSync(unpacked, { throwIfNoEntry: false })?.size !== bytes) return false
    if (contents && (await hashFile(unpacked)) !== sha256) return false
  }
  return true
}

/** SHA-256 of a file, hex. @param {string} path @param {AbortSignal | undefined} [signal] */
export async function hashFile(path, signal) {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash, signal ? { signal } : {})
  return hash.digest('hex')
}

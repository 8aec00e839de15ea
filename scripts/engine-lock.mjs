/**
 * Fills in resources/engine.lock.json from the wheels themselves: bytes, SHA-256, and what the unpacked members weigh.
 * Usage, after editing names, versions and file names in the lock: node scripts/engine-lock.mjs FOLDER_WITH_WHEELS...
 * Wheels that are not in the folders keep what the lock says of them.
 */
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from './engine-setup/paths.mjs'
import { listZip } from './engine-setup/zip.mjs'
import { hashFile, takes } from './engine-setup/unpack.mjs'

const file = join(packageRoot(), 'resources', 'engine.lock.json')
/** @type {import('./engine-setup/recipe.mjs').EngineLock} */
const lock = JSON.parse(readFileSync(file, 'utf8'))
const folders = process.argv.slice(2)

/** @param {import('./engine-setup/recipe.mjs').Wheel} wheel */
async function fill(wheel) {
  const path = folders.map((folder) => join(folder, wheel.file)).find(existsSync)
  if (!path) return console.log(`kept     ${wheel.file}`)
  wheel.bytes = statSync(path).size
  wheel.sha256 = await hashFile(path)
  console.log(`measured ${wheel.file}`)
  return listZip(path)
}

for (const entry of Object.values(lock.platforms)) {
  await fill(entry.compiler)
  for (const recipe of [entry.cpu, entry.cuda]) {
    if (!recipe) continue
    const lists = []
    for (const wheel of recipe.wheels) lists.push(await fill(wheel))
    if (!lists.every((list) => list !== undefined)) continue
    const wanted = lists.flat().filter((member) => member && takes(recipe, member.name))
    recipe.unpackedBytes = wanted.reduce((sum, member) => sum + (member?.bytes ?? 0), 0)
  }
}
writeFileSync(file, JSON.stringify(lock, null, 2) + '\n')

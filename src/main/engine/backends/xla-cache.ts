/**
 * What XLA compiled, kept for the next start: TensorFlow's own persistent cache, in the engine's folder. TensorFlow trusts
 * the files; here each is held to a checksum first, for a damaged one may run, wrongly.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { dirname, join } from 'node:path'

const COMPILED = '.pb'
const CHECKSUM = '.sha256'
/** Newest ones that are kept; some MB each. */
const KEPT = 12

const hashOf = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')

/** Where compiled steps lie for this machine: code for another processor may not run here. */
export const xlaCacheFolder = (bindingPath: string, processor = cpus()[0]?.model ?? process.arch): string =>
  join(dirname(bindingPath), 'xla', hashOf(`${process.arch} ${processor}`).slice(0, 12))

/** Files with compiled steps. */
export class XlaCache {
  readonly #folder: string
  #checked = false

  constructor(folder: string) {
    this.#folder = folder
  }

  /**
   * Before anything is compiled or loaded: removes what is damaged, was never finished, or is old.
   * @returns how many damaged ones were removed; 0 after the first time
   */
  check(): number {
    if (this.#checked) return 0
    this.#checked = true
    const files = this.#compiled()
    const sound = files.filter((file) => this.#checksum(file) === hashOf(readFileSync(file)))
    const newest = sound.sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs).slice(0, KEPT)
    const damaged = files.filter((file) => !sound.includes(file) && this.#checksum(file) !== null)
    for (const file of files) if (!newest.includes(file)) this.#remove(file)
    return damaged.length
  }

  /** After a first step: notes the checksums of what was compiled for it. */
  seal(): void {
    for (const file of this.#compiled()) {
      if (this.#checksum(file) !== null) continue
      writeFileSync(`${file}${CHECKSUM}.part`, hashOf(readFileSync(file)))
      renameSync(`${file}${CHECKSUM}.part`, file + CHECKSUM)
    }
  }

  #compiled(): string[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith(COMPILED))
      .map((name) => join(this.#folder, name))
  }

  #checksum(file: string): string | null {
    try {
      return readFileSync(file + CHECKSUM, 'utf8')
    } catch {
      return null
    }
  }

  #remove(file: string): void {
    rmSync(file, { force: true })
    rmSync(file + CHECKSUM, { force: true })
  }
}

let cache: XlaCache | null = null

/** The process's cache; null where its folder cannot be written: then each start compiles. */
export const xlaCache = (): XlaCache | null => cache

/** Tells TensorFlow of the cache, which must not be loaded yet. Someone's own TF_XLA_FLAGS are left alone. */
export function useXlaCache(bindingPath: string): void {
  const folder = xlaCacheFolder(bindingPath)
  if (process.env['TF_XLA_FLAGS'] !== undefined || /\s/.test(folder)) return
  try {
    mkdirSync(folder, { recursive: true })
  } catch {
    return
  }
  process.env['TF_XLA_FLAGS'] = `--tf_xla_persistent_cache_directory=${folder}`
  cache = new XlaCache(folder)
}

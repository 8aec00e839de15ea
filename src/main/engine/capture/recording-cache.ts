/**
 * Recordings kept for the next start. A file's name is a hash of all that a recording depends on, the engine's own code
 * among it, so that one of another version is never found; its content is held to a hash of its own.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { deserialize, serialize } from 'node:v8'
import type { Recording } from './recording'

const SUFFIX = '.recording'
/** Newest ones that are kept; some MB each. */
const KEPT = 32
/** Hexadecimal digits before the content. */
const HASH_LENGTH = 64

const hashOf = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex')

/** The recordings of a function, at two sizes of batch. */
export type RecordingPair = readonly [Recording, Recording]

/** A folder of recordings. Where it cannot be written, every start records. */
export class RecordingCache {
  readonly #folder: string
  readonly #code: string
  #checked = false

  /** @param code what stands for the code that records, as its hash */
  constructor(folder: string, code: string) {
    this.#folder = folder
    this.#code = code
  }

  /** Removes what is damaged or old. @returns how many damaged ones were removed; 0 after the first time */
  check(): number {
    if (this.#checked) return 0
    this.#checked = true
    const files = this.#files()
    const damaged = files.filter((file) => content(file) === null)
    const old = files.filter((file) => !damaged.includes(file)).slice(KEPT)
    for (const file of [...damaged, ...old]) rmSync(file, { force: true })
    return damaged.length
  }

  /** @param of everything but code that the recording depends on, as JSON */
  get(of: object): RecordingPair | null {
    const file = this.#file(of)
    const data = content(file)
    if (data === null) return null
    const now = new Date()
    utimesSync(file, now, now)
    return (deserialize(data) as Recording[]).map(withBuffers) as unknown as RecordingPair
  }

  /** Keeps a function's recordings; see {@link get}. */
  put(of: object, pair: RecordingPair): void {
    const data = serialize(pair)
    const file = this.#file(of)
    // A cache that cannot be written saves no time, and costs nothing else.
    try {
      mkdirSync(this.#folder, { recursive: true })
    } catch {
      return
    }
    try {
      writeFileSync(`${file}.part`, Buffer.concat([Buffer.from(hashOf(data), 'latin1'), data]))
      renameSync(`${file}.part`, file)
    } catch {
      rmSync(`${file}.part`, { force: true })
    }
  }

  #file(of: object): string {
    return join(this.#folder, hashOf(JSON.stringify([this.#code, of])).slice(0, 32) + SUFFIX)
  }

  /** The newest first. */
  #files(): string[] {
    let names: string[]
    try {
      names = readdirSync(this.#folder)
    } catch {
      return []
    }
    return names
      .filter((name) => name.endsWith(SUFFIX))
      .map((name) => join(this.#folder, name))
      .sort((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  }
}

/** What follows the hash; null where there is no file, or another content than was written. */
function content(file: string): Buffer | null {
  let all: Buffer
  try {
    all = readFileSync(file)
  } catch {
    return null
  }
  const data = all.subarray(HASH_LENGTH)
  return all.toString('latin1', 0, HASH_LENGTH) === hashOf(data) ? data : null
}

/** V8 gives plain byte arrays back where Buffers were. */
const withBuffers = (recording: Recording): Recording => ({
  ...recording,
  nodes: recording.nodes.map((node) =>
    node.kind === 'constant'
      ? { ...node, constant: { ...node.constant, bytes: Buffer.from(node.constant.bytes) } }
      : node,
  ),
})

import { LabError } from '../../shared/errors'

/** Bytes of a whole relative path, and of one name in it (the limit of common file systems). */
const MAX_PATH_BYTES = 2048
const MAX_NAME_BYTES = 255
const MAX_DEPTH = 32

/** Control characters and backslashes anywhere; on Windows also what its file systems read otherwise. */
const refusedCharacters = process.platform === 'win32' ? /[\p{Cc}\\<>:"|?*]/u : /[\p{Cc}\\]/u

/**
 * The names of an uploaded file's path, below the upload's folder.
 * @param path relative, with '/'
 * @throws LabError 'bad-input' when it leads elsewhere, or is more than a file system holds
 */
export function uploadNames(path: string): readonly string[] {
  const names = path.split('/')
  const reason = path.length === 0 ? 'it is empty' : (tooMuch(path, names) ?? names.map(wrong).find(Boolean))
  if (!reason) return names
  const shown = path.length > 120 ? `${path.slice(0, 120)}…` : path
  throw new LabError(
    'bad-input',
    `The file ${JSON.stringify(shown)} cannot be uploaded: ${reason}.`,
    'Give it another name, or type the path of a folder on the lab’s machine.',
  )
}

function tooMuch(path: string, names: readonly string[]): string | null {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `its path is longer than ${MAX_PATH_BYTES} bytes`
  if (names.length > MAX_DEPTH) return `it lies more than ${MAX_DEPTH} folders deep`
  return null
}

function wrong(name: string): string | null {
  if (name === '') return 'its path begins or ends with “/”, or has “//” in it'
  if (name === '.' || name === '..') return `its path has “${name}” in it`
  if (refusedCharacters.test(name)) return 'its path has a character in it that a file’s name cannot have'
  if (Buffer.byteLength(name) > MAX_NAME_BYTES) return `a name in its path is longer than ${MAX_NAME_BYTES} bytes`
  return null
}

/**
 * A set-up failure a person can act on: what failed, why, and the way out. The shape of the lab's own LabError, which
 * cannot be imported here: set-up runs on plain Node before anything is installed or built.
 */
export class SetupError extends Error {
  /** Stable kind for programs, as LabError's. */
  kind = 'engine'
  /** What to do about it, or null when the message says it. @type {string | null} */
  hint

  /** @param {string} message @param {string | null} [hint] @param {ErrorOptions} [options] */
  constructor(message, hint = null, options) {
    super(message, options)
    this.name = 'SetupError'
    this.hint = hint
  }
}

/** What to do about a file system error, by its code. @type {Record<string, string>} */
const fileHints = {
  ENOSPC: 'Free some room, or put the cache on another disk with HRM_LAB_CACHE.',
  EDQUOT: 'Your disk quota is used up: free some room, or put the cache on another disk with HRM_LAB_CACHE.',
  EACCES: 'Give yourself write permission there, or choose another folder with HRM_LAB_CACHE.',
  EPERM: 'Give yourself write permission there, or choose another folder with HRM_LAB_CACHE.',
  ENOTDIR: 'A file stands where a folder is needed: move it, or choose another folder with HRM_LAB_CACHE.',
  EEXIST: 'A file stands where a folder is needed: move it, or choose another folder with HRM_LAB_CACHE.',
  EROFS: 'That disk is read-only: choose another folder with HRM_LAB_CACHE.',
}

/**
 * Turns a file system error with a known way out into a SetupError; everything else passes unchanged.
 * @param {unknown} cause @param {string} folder the folder being written
 * @returns {unknown}
 */
export function explainFileError(cause, folder) {
  if (!(cause instanceof Error) || cause instanceof SetupError) return cause
  const code = /** @type {NodeJS.ErrnoException} */ (cause).code ?? ''
  const hint = fileHints[code]
  return hint ? new SetupError(`The engine cannot be set up in ${folder} (${code}).`, hint, { cause }) : cause
}

/** What an aborted set-up throws. @param {AbortSignal | undefined} signal */
export function throwIfAborted(signal) {
  if (signal?.aborted) throw signal.reason
}

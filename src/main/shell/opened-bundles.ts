import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isBundle } from '../../shared/exports/bundle'
import { LabError } from '../../shared/errors'

/**
 * The run bundles among the arguments that are no options: what a file manager puts there after a double click.
 * @param words as they were given: paths, or file: addresses, as Linux' desktops give
 * @param folder what they are relative to
 * @returns absolute paths
 * @throws LabError 'bad-input' for an address on another machine
 */
export const bundlesAmong = (words: readonly string[], folder: string): string[] =>
  words.filter(isBundle).map((word) => (word.startsWith('file:') ? pathOf(word) : resolve(folder, word)))

function pathOf(address: string): string {
  try {
    return fileURLToPath(address)
  } catch (cause) {
    throw new LabError(
      'bad-input',
      `${address} is no file of this machine.`,
      'Copy it to this machine and open it there.',
      { cause },
    )
  }
}

/** What a second start hands to the first. It comes from another process, so it is looked at. */
export function handedBundles(data: unknown): string[] {
  const bundles = typeof data === 'object' && data !== null && 'bundles' in data ? data.bundles : []
  return Array.isArray(bundles)
    ? bundles.filter((path): path is string => typeof path === 'string' && isBundle(path))
    : []
}

/** Bundles that the system asks to open. Some are asked for before there is a window to take them in. */
export class OpenedBundles {
  #waiting: string[] = []
  #open: ((path: string) => void) | null = null

  /** Opens them now, or once there is a window. */
  take(paths: readonly string[]): void {
    if (this.#open) paths.forEach((path) => this.#open!(path))
    else this.#waiting.push(...paths)
  }

  /** Opens what waits, and from now on at once. */
  begin(open: (path: string) => void): void {
    this.#open = open
    this.take(this.#waiting.splice(0))
  }
}

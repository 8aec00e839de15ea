import { resolve, sep } from 'node:path'

/** The path of an app://lab/ address with its escapes undone, or null when it is not one of the window's. */
function pathOf(address: string): string | null {
  try {
    const url = new URL(address)
    return url.protocol === 'app:' && url.host === 'lab' ? decodeURIComponent(url.pathname) : null
  } catch {
    return null // not an address, or a broken % sequence in it
  }
}

/**
 * The file behind an app:// address, or null when the address is not the window's or leads out of `root`.
 * @param root folder of the built window
 * @param address for example app://lab/index.html; the root means index.html
 */
export function assetPath(root: string, address: string): string | null {
  const path = pathOf(address)
  if (path === null || path.includes('\0')) return null
  const file = resolve(root, `.${path === '/' ? '/index.html' : path}`)
  return file.startsWith(resolve(root) + sep) ? file : null
}

/** What follows /images/ in an address, which names an image; null when it is another kind of address. */
export function imageTail(address: string): string | null {
  const path = pathOf(address)
  return path?.startsWith('/images/') ? path.slice('/images/'.length) : null
}

/** What follows /exports/ in an address, choices included; null when it is another kind of address. */
export function exportTail(address: string): string | null {
  const { pathname, search } = new URL(address)
  return pathname.startsWith('/exports/') ? pathname.slice('/exports/'.length) + search : null
}

/** How long a page may keep what an address gave: what Vite named by its content for good, anything else for one look. */
export const cacheControl = (address: string): string =>
  pathOf(address)?.startsWith('/assets/') ? IMMUTABLE : 'no-cache'

/** What an image's address means never changes. */
export const IMMUTABLE = 'private, max-age=31536000, immutable'

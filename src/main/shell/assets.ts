import { resolve, sep } from 'node:path'

/**
 * The file behind an app:// address, or null when the address is not the window's or leads out of `root`.
 * @param root folder of the built window
 * @param address for example app://lab/index.html; the root means index.html
 */
export function assetPath(root: string, address: string): string | null {
  let path: string
  try {
    const url = new URL(address)
    if (url.host !== 'lab') return null
    path = decodeURIComponent(url.pathname)
  } catch {
    return null // not an address, or a broken % sequence in it
  }
  const file = resolve(root, `.${path === '/' ? '/index.html' : path}`)
  return file.startsWith(resolve(root) + sep) && !path.includes('\0') ? file : null
}

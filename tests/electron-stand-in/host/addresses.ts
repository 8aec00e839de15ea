/** app://lab/x ⇄ https://lab.app.invalid/x: the origin by which the page of a real browser stands in for Electron's scheme. */

const SUFFIX = '.app.invalid'

/** The twin of an app: address. */
export function twinOf(address: string): string {
  const { host, pathname, search, hash } = new URL(address)
  return `https://${host}${SUFFIX}${pathname}${search}${hash}`
}

/** The app: address of a twin; any other address unchanged. */
export function appAddress(address: string): string {
  const url = URL.parse(address)
  if (url?.protocol !== 'https:' || !url.hostname.endsWith(SUFFIX)) return address
  return `app://${url.hostname.slice(0, -SUFFIX.length)}${url.pathname}${url.search}${url.hash}`
}

/** A file of an export as the lab made it. */
export interface Exported {
  readonly blob: Blob
  readonly name: string
}

/** Fetches a file of an export, or the reason why there is none. @param address see exportAddress */
export async function fetchExport(address: string): Promise<Exported | { readonly problem: string }> {
  let response: Response
  try {
    response = await fetch(address)
  } catch {
    return { problem: 'The lab does not answer.' }
  }
  if (!response.ok) return { problem: reason(await response.text()) }
  return { blob: await response.blob(), name: nameIn(response.headers.get('content-disposition')) ?? 'export' }
}

/** The server answers a failure as the contract does, Electron's shell in plain words. */
function reason(body: string): string {
  try {
    const { message, hint } = JSON.parse(body) as { message: string; hint?: string | null }
    return hint ? `${message} ${hint}` : message
  } catch {
    return body.trim() || 'It cannot be made.'
  }
}

/** The name in a Content-Disposition header; null when there is none. */
export const nameIn = (header: string | null): string | null => /filename="([^"]+)"/.exec(header ?? '')?.[1] ?? null

/** Hands the file to the browser's downloads (Electron asks where). */
export function keepFile({ blob, name }: Exported): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000)
}

/** Clipboards take PNG only, and only where the page is trusted with one. */
export const canCopyPicture = (): boolean => typeof ClipboardItem !== 'undefined' && 'clipboard' in navigator

/** Puts a picture on the clipboard. @throws DOMException when the browser refuses */
export async function copyPicture(blob: Blob): Promise<void> {
  if (blob.type !== 'image/png') throw new Error('Only a PNG can be copied: choose PNG as its form.')
  await navigator.clipboard.write([new ClipboardItem({ 'image/png': blob })])
}

/**
 * Counts as the contract carries them: base64 of uint32, little-endian.
 * @throws DOMException when it is no base64, RangeError when it is no whole number of counts
 */
export const unpackCounts = (packed: string): Uint32Array =>
  new Uint32Array(Uint8Array.from(atob(packed), (byte) => byte.charCodeAt(0)).buffer)

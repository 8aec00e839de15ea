/** Numbers as the contract carries many of them: base64 of a typed array's bytes, little-endian. */
const bytesOf = (packed: string): ArrayBuffer => Uint8Array.from(atob(packed), (byte) => byte.charCodeAt(0)).buffer

/** @throws DOMException when it is no base64, RangeError when it is no whole number of values */
export const unpackU16 = (packed: string): Uint16Array => new Uint16Array(bytesOf(packed))
/** @throws DOMException, RangeError as {@link unpackU16} */
export const unpackU32 = (packed: string): Uint32Array => new Uint32Array(bytesOf(packed))
/** @throws DOMException, RangeError as {@link unpackU16} */
export const unpackF32 = (packed: string): Float32Array => new Float32Array(bytesOf(packed))

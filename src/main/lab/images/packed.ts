/** A typed array's bytes as base64: for the contract, in place of long lists of numbers. Little-endian, as this machine is. */
export const packed = ({ buffer, byteOffset, byteLength }: Uint16Array | Uint32Array | Float32Array): string =>
  Buffer.from(buffer, byteOffset, byteLength).toString('base64')

import { expect, it } from 'vitest'
import { unpackF32, unpackU16, unpackU32 } from './packed'

const packed = (values: Uint16Array | Uint32Array | Float32Array): string =>
  Buffer.from(values.buffer).toString('base64')

it('unpacks what was packed', () => {
  expect([...unpackU16(packed(Uint16Array.of(0, 1, 65_535)))]).toEqual([0, 1, 65_535])
  expect([...unpackU32(packed(Uint32Array.of(7, 4_294_967_295)))]).toEqual([7, 4_294_967_295])
  expect([...unpackF32(packed(Float32Array.of(0.5, -1e-30)))]).toEqual([0.5, Math.fround(-1e-30)])
  expect([...unpackU16('')]).toEqual([])
})

it('refuses what is cut short', () => {
  expect(() => unpackU32(packed(Uint16Array.of(1)))).toThrow(RangeError)
})

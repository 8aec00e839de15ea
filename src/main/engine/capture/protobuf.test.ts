import { describe, expect, it } from 'vitest'
import { bytesField, floatField, integerField, varint } from './protobuf'

/** Examples of https://protobuf.dev/programming-guides/encoding. */
describe('protobuf', () => {
  it.each([
    [1, [0x01]],
    [150, [0x96, 0x01]],
    [-2, [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])('writes %d as a varint', (value, bytes) => {
    expect([...varint(value)]).toEqual(bytes)
  })

  it('writes fields with their number and wire type', () => {
    expect([...integerField(1, 150)]).toEqual([0x08, 0x96, 0x01])
    expect([...bytesField(2, 'testing')]).toEqual([0x12, 0x07, ...Buffer.from('testing')])
    expect([...bytesField(3, integerField(1, 150))]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01])
    expect([...floatField(4, 1)]).toEqual([0x25, 0, 0, 0x80, 0x3f])
  })
})

import { appendFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Recording } from './recording'
import { RecordingCache, type RecordingPair } from './recording-cache'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hrm-lab-recordings-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const recording = (value: number): Recording => ({
  inputs: [{ type: 1, shape: [value] }],
  nodes: [
    { kind: 'constant', constant: { type: 1, shape: [1], bytes: Buffer.from([value, 2, 3, 4]), uniform: false } },
    { kind: 'operation', operation: 'Tanh', inputs: [{ from: 'node', index: 0, output: 0 }], attributes: [] },
  ],
  outputs: [{ reference: { from: 'node', index: 1, output: 0 }, type: 1 }],
  assigned: [],
})
const pair: RecordingPair = [recording(2), recording(4)]

describe('RecordingCache', () => {
  it('gives back what was put, buffers as buffers, to another process as well', () => {
    new RecordingCache(folder, 'code').put({ model: 'a' }, pair)
    expect(new RecordingCache(folder, 'code').get({ model: 'a' })).toEqual(pair)
  })

  it('finds nothing of another model or of other code', () => {
    new RecordingCache(folder, 'code').put({ model: 'a' }, pair)
    expect(new RecordingCache(folder, 'code').get({ model: 'b' })).toBeNull()
    expect(new RecordingCache(folder, 'newer code').get({ model: 'a' })).toBeNull()
  })

  it('removes what is damaged, and gives none of it', () => {
    const cache = new RecordingCache(folder, 'code')
    cache.put({ model: 'a' }, pair)
    appendFileSync(join(folder, readdirSync(folder)[0]!), '!')
    expect(cache.get({ model: 'a' })).toBeNull()
    expect(cache.check()).toBe(1)
    expect(readdirSync(folder)).toEqual([])
    expect(cache.check()).toBe(0)
  })

  it('keeps the newest 32', () => {
    const cache = new RecordingCache(folder, 'code')
    for (let i = 0; i < 40; i++) cache.put({ i }, pair)
    expect(cache.check()).toBe(0)
    expect(readdirSync(folder)).toHaveLength(32)
  })

  it('goes without where its folder cannot be', () => {
    const file = join(folder, 'file')
    writeFileSync(file, '')
    const cache = new RecordingCache(join(file, 'below'), 'code')
    cache.put({ model: 'a' }, pair)
    expect(cache.get({ model: 'a' })).toBeNull()
    expect(cache.check()).toBe(0)
  })
})

import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { XlaCache, xlaCacheFolder } from './xla-cache'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hrm-lab-xla-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const compile = (name: string): string => {
  const file = join(folder, `${name}.pb`)
  writeFileSync(file, `compiled ${name}`)
  return file
}

describe('XlaCache', () => {
  it('keeps what was sealed, and removes what was damaged since, and says so once', () => {
    const [sound, damaged] = [compile('sound'), compile('damaged')]
    new XlaCache(folder).seal()
    appendFileSync(damaged, '!')
    const cache = new XlaCache(folder)
    expect(cache.check()).toBe(1)
    expect(existsSync(sound)).toBe(true)
    expect(readdirSync(folder).sort()).toEqual(['sound.pb', 'sound.pb.sha256'])
    expect(cache.check()).toBe(0)
  })

  it('removes what was never sealed: its process died while it was written', () => {
    compile('half')
    expect(new XlaCache(folder).check()).toBe(0)
    expect(readdirSync(folder)).toEqual([])
  })

  it('keeps the newest twelve', () => {
    for (let i = 0; i < 15; i++) {
      const file = compile(`step${i}`)
      utimesSync(file, i, i)
    }
    new XlaCache(folder).seal()
    new XlaCache(folder).check()
    const kept = readdirSync(folder).filter((name) => name.endsWith('.pb'))
    expect(kept).toHaveLength(12)
    expect(kept).not.toContain('step2.pb')
    expect(kept).toContain('step14.pb')
  })

  it('has a folder for each kind of processor', () => {
    const of = (processor: string) => xlaCacheFolder('/engine/tfjs_binding.node', processor)
    expect(of('one')).toMatch(/^\/engine\/xla\/[0-9a-f]{12}$/)
    expect(of('one')).toBe(of('one'))
    expect(of('one')).not.toBe(of('other'))
  })
})

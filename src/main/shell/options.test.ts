import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { writeLocation } from '../lab/home/location'
import { profileFolder, profileName, readOptions } from './options'

describe('readOptions', () => {
  const start = ['electron', '/lab']

  it('is what the command line would take without options', () => {
    expect(readOptions(start)).toEqual({
      ...{ home: undefined, kind: 'auto', backend: 'tensorflow', threads: null },
      words: ['/lab'],
    })
  })

  it('reads its own options among those of Chromium', () => {
    const argv = [
      ...start,
      '--home',
      '/data',
      '--inspect=0',
      '--engine=cpu',
      '--backend',
      'cpu',
      '--threads',
      '2',
      '--no-x',
      'a.hrmlab',
    ]
    expect(readOptions(argv)).toEqual({
      home: '/data',
      kind: 'cpu',
      backend: 'cpu',
      threads: 2,
      words: ['/lab', 'a.hrmlab'],
    })
  })

  it.each([
    ['--engine', 'tpu', /--engine tpu: it must be one of auto, cpu, cuda/],
    ['--backend', 'wasm', /--backend wasm/],
    ['--threads', '0', /--threads 0/],
    ['--threads', 'many', /--threads many/],
    ['--home', '', /--home needs a value/],
  ])('refuses %s %s', (option, value, message) => {
    expect(() => readOptions([...start, option, value])).toThrow(message)
    expect(() => readOptions([...start, option])).toThrow(`${option} needs a value`)
  })
})

describe('profileName', () => {
  const config = mkdtempSync(join(tmpdir(), 'hrm-lab-profile-'))
  afterEach(() => {
    vi.unstubAllEnvs()
    rmSync(config, { recursive: true, force: true })
  })

  it('stays the same for the person’s own lab wherever it lies, and is the path of any other', () => {
    vi.stubEnv('HRM_LAB_CONFIG', config)
    vi.stubEnv('HRM_LAB_HOME', undefined)
    for (const place of ['first', 'second']) {
      const home = join(config, place)
      mkdirSync(join(home, 'datasets'), { recursive: true })
      writeLocation({ home, former: [] })
      expect([profileName(undefined), profileName(home)]).toEqual(['own', 'own'])
    }
    expect(profileName(join(config, 'first'))).toBe(join(config, 'first'))
    vi.stubEnv('HRM_LAB_HOME', join(config, 'first'))
    expect(profileName(undefined)).toBe(join(config, 'first'))
    writeFileSync(join(config, 'location.json'), '{')
    expect(profileName(join(config, 'second'))).toBe(join(config, 'second'))
  })
})

describe('profileFolder', () => {
  it('is one for each lab', () => {
    const [a, b] = ['/data/a', '/data/b'].map((home) => profileFolder('/me', home))
    expect(a).not.toBe(b)
    expect(profileFolder('/me', '/data/a')).toBe(a)
  })
})

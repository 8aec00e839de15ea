import { describe, expect, it } from 'vitest'
import { profileFolder, readOptions } from './options'

describe('readOptions', () => {
  const start = ['electron', '/lab']

  it('is what the command line would take without options', () => {
    expect(readOptions(start)).toEqual({ home: undefined, kind: 'auto', backend: 'tensorflow', threads: null })
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
    ]
    expect(readOptions(argv)).toEqual({ home: '/data', kind: 'cpu', backend: 'cpu', threads: 2 })
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

describe('profileFolder', () => {
  it('is one for each lab', () => {
    const [a, b] = ['/data/a', '/data/b'].map((home) => profileFolder('/me', home))
    expect(a).not.toBe(b)
    expect(profileFolder('/me', '/data/a')).toBe(a)
  })
})

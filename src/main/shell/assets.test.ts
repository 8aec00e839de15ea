import { resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { assetPath } from './assets'

const root = resolve('somewhere', 'renderer')

describe('assetPath', () => {
  it('finds the window’s files', () => {
    expect(assetPath(root, 'app://lab/')).toBe(resolve(root, 'index.html'))
    expect(assetPath(root, 'app://lab/assets/a%20b.js?v=1#x')).toBe(resolve(root, 'assets', 'a b.js'))
  })

  it.each([
    'app://lab/..%2fsecret',
    'app://lab/a/..%2f..%2fsecret',
    'app://lab/..%2frenderer-other/x',
    'app://other/index.html',
    'app://lab/%00',
    'app://lab/%zz',
    'nonsense',
  ])('gives nothing for %s', (address) => {
    expect(assetPath(root, address)).toBeNull()
  })

  it('stays inside where the address itself climbs', () => {
    expect(assetPath(root, 'app://lab/../%2e%2e/secret')).toBe(resolve(root, 'secret'))
  })
})

import { describe, expect, it } from 'vitest'
import { cleanFolder, folderSchema, liesIn, movedFolder, parentFolder } from './folders'

describe('folders of runs', () => {
  it('are paths of names, whatever spaces and / were typed', () => {
    expect(cleanFolder(' cifar //  first   try/')).toBe('cifar/first try')
    expect(cleanFolder(' / ')).toBeNull()
    expect(parentFolder('a/b/c')).toBe('a/b')
    expect(parentFolder('a')).toBeNull()
    for (const path of ['a', 'a/b c', 'ä/..', '<b>']) expect(folderSchema.parse(path)).toBe(path)
    for (const path of ['', '/', 'a/', '/a', 'a//b', 'a / b', 'a'.repeat(201)])
      expect(folderSchema.safeParse(path).success).toBe(false)
  })
  it('hold what lies in them and in folders within', () => {
    expect(['a', 'a/b', 'ab', null].map((path) => liesIn(path, 'a'))).toEqual([true, true, false, false])
  })
  it('take along what lies in them', () => {
    expect(movedFolder('a/b', 'a', 'x/y')).toBe('x/y/b')
    expect(movedFolder('a/b/c', 'a/b', 'a')).toBe('a/c')
    expect(movedFolder('a', 'a', null)).toBeNull()
    expect(movedFolder('a/b', 'a', null)).toBe('b')
  })
})

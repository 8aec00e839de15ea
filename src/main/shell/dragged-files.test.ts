import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LabError } from '../../shared/errors'
import { DraggedFiles } from './dragged-files'

describe('DraggedFiles', () => {
  const asked: string[] = []
  const reader = async (tail: string) => {
    asked.push(tail)
    if (tail.startsWith('none')) throw new LabError('not-found', 'No such run.')
    if (tail.startsWith('broken')) throw new Error('a defect')
    const svg = tail.includes('format=svg')
    return { body: Buffer.from(tail), type: svg ? 'image/svg+xml' : 'image/png', name: '../a run-loss.png' }
  }
  let files: DraggedFiles
  beforeEach(() => {
    asked.length = 0
    files = new DraggedFiles(reader)
  })
  afterEach(() => files.clear())

  it('makes a file of an export, under a name that leads nowhere else', async () => {
    expect(files.get('exports/1/loss.png')).toBeNull()
    expect(await files.prepare('exports/1/loss.png')).toBe(true)
    const { path, icon } = files.get('exports/1/loss.png')!
    expect(basename(path)).toBe('.._a_run-loss.png')
    expect(readFileSync(path, 'utf8')).toBe('1/loss.png')
    expect(Buffer.from(icon).toString()).toBe('1/loss.png')
    expect(files.get('exports/2/loss.png')).toBeNull()
  })

  it('has a PNG below the pointer where the file is a drawing of lines', async () => {
    await files.prepare('exports/1/loss.png?theme=dark&format=svg')
    expect(asked).toEqual(['1/loss.png?theme=dark&format=svg', '1/loss.png?theme=dark&format=png'])
    expect(readFileSync(files.get('exports/1/loss.png?theme=dark&format=svg')!.path, 'utf8')).toContain('svg')
  })

  it('makes nothing of what is no export, and of one that cannot be made', async () => {
    for (const address of ['/etc/passwd', 'file:///etc/passwd', 'images/1/2.png', 7, null])
      expect(await files.prepare(address)).toBe(false)
    expect(asked).toEqual([])
    expect(await files.prepare('exports/none/loss.png')).toBe(false)
    await expect(files.prepare('exports/broken/loss.png')).rejects.toThrow('a defect')
  })

  it('keeps the newest, and nothing in the end', async () => {
    for (let i = 0; i < 40; i++) await files.prepare(`exports/${i}/loss.png`)
    expect(files.get('exports/0/loss.png')).toBeNull()
    const { path } = files.get('exports/39/loss.png')!
    expect(existsSync(path)).toBe(true)
    await files.clear()
    expect(existsSync(dirname(dirname(path)))).toBe(false)
    expect(files.get('exports/39/loss.png')).toBeNull()
  })
})

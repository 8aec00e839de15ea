import { spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { mountMemory } from '../../../../tests/e2e/support/disk'
import { Lab } from '../lab'
import { formerHomes, removeFormer } from './former'
import { openHome, resolveHome, UNFINISHED } from './home'
import { locationFile, readLocation, standardFolder, writeLocation } from './location'
import { MOVED_SETTING, moveHome, planMove } from './move-home'
import { IMAGE_BYTES, movableLab } from './testing/moved-lab'

let top: string
let lab: Lab
let run: string
let from: string
let to: string
beforeEach(() => {
  ;({ top, lab, run } = movableLab())
  from = lab.home.folder
  to = join(top, 'disk', 'second')
})
afterEach(() => {
  lab.close()
  vi.unstubAllEnvs()
})

/** Opens the lab as the next start does, and looks whether it is whole. */
function expectWhole(folder: string): void {
  lab.close()
  lab = Lab.open()
  expect(lab.home.folder).toBe(folder)
  expect(lab.store.runs.list().map(({ id }) => id)).toEqual([run])
  expect(readFileSync(join(lab.home.runs, run, 'step-4.safetensors'), 'utf8')).toBe('weights')
  expect(statSync(join(lab.home.dataSets, 'digits', 'images.u8')).size).toBe(IMAGE_BYTES)
}

/** A small file system over a folder, as long as the test goes on. */
function mounted(folder: string, options: string, skip: (why: string) => never): void {
  const { problem, unmount } = mountMemory(folder, options)
  if (problem !== null) skip(problem)
  onTestFinished(unmount)
}

describe('moving a lab', () => {
  it('copies all of it, opens it there from then on, and removes what is left behind when asked', async () => {
    symlinkSync(join(from, 'runs'), join(from, 'my-runs'))
    symlinkSync(top, join(from, 'outside'))
    mkdirSync(join(from, 'uploads'))
    const shares: number[] = []
    const phases = new Set<string>()
    const folder = await moveHome(lab, to, {
      onProgress: ({ phase, done, total }) => {
        phases.add(phase)
        shares.push(done / total)
      },
    })
    expect([folder, [...phases], shares.at(-1)]).toEqual([to, ['copying', 'checking'], 1])
    expect(shares.length).toBeGreaterThan(4)
    expect([...shares].sort((a, b) => a - b)).toEqual(shares)
    expectWhole(to)
    expect(lab.home.chosenBy).toBe('moved')
    expect(readdirSync(to)).not.toContain(UNFINISHED)
    expect(readdirSync(to)).not.toContain('uploads')
    expect([readlinkSync(join(to, 'my-runs')), readlinkSync(join(to, 'outside'))]).toEqual(['runs', top])
    expect(await formerHomes()).toMatchObject([{ folder: from }])
    expect(await removeFormer(from)).toBeGreaterThan(IMAGE_BYTES)
    expect(existsSync(from)).toBe(false)
    expect(await formerHomes()).toEqual([])
    expectWhole(to)
  })

  it('leaves nothing when it is cancelled half-way', async () => {
    const cancel = new AbortController()
    const moving = moveHome(lab, to, {
      signal: cancel.signal,
      onProgress: ({ done }) => done > IMAGE_BYTES / 2 && cancel.abort(),
    })
    await expect(moving).rejects.toMatchObject({ kind: 'cancelled', message: 'The lab was not moved.' })
    expect(existsSync(join(top, 'disk'))).toBe(false)
    expectWhole(from)
  })

  it('keeps an empty folder that was there when it is cancelled', async () => {
    mkdirSync(to, { recursive: true })
    const signal = AbortSignal.abort()
    await expect(moveHome(lab, to, { signal })).rejects.toMatchObject({ kind: 'cancelled' })
    expect(readdirSync(to)).toEqual([])
  })

  it('refuses a disk without room, before and while it copies', async () => {
    const refused = moveHome(lab, to, { free: async () => 2 ** 20 })
    await expect(refused).rejects.toThrow(/No room on the disk of .* the lab needs/)
    expect(existsSync(join(top, 'disk'))).toBe(false)
    const full = Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' })
    const filled = moveHome(lab, to, {
      onProgress: ({ done }) => {
        if (done > 0) throw full
      },
    })
    await expect(filled).rejects.toMatchObject({
      kind: 'storage',
      message: expect.stringContaining('No room') as string,
    })
    expect(existsSync(join(top, 'disk'))).toBe(false)
    expectWhole(from)
  })

  it('refuses folders that cannot hold it, each with its reason', async () => {
    const file = join(top, 'file')
    writeFileSync(file, '')
    mkdirSync(join(top, 'full'))
    writeFileSync(join(top, 'full', 'notes.txt'), '')
    symlinkSync(from, join(top, 'link'))
    const refusals: [string, RegExp][] = [
      ['second', /no whole path/],
      [from, /lies in .* already/],
      [join(from, 'runs', 'new'), /within the lab’s own folder/],
      [join(top, 'link', 'new'), /within the lab’s own folder/],
      [top, /holds the lab’s folder/],
      [file, /is a file, not a folder/],
      [join(file, 'below'), /is a file, not a folder/],
      [join(top, 'full'), /is not empty: it holds notes.txt/],
    ]
    for (const [place, reason] of refusals) await expect(moveHome(lab, place), place).rejects.toThrow(reason)
    expectWhole(from)
  })

  it('refuses a folder that cannot be written', async ({ skip }) => {
    const locked = join(top, 'locked')
    mkdirSync(locked)
    if (process.platform === 'win32') skip('Windows writes there all the same')
    if (process.getuid?.() === 0) mounted(locked, 'ro', skip)
    else chmodSync(locked, 0o500)
    await expect(moveHome(lab, join(locked, 'new'))).rejects.toThrow(/new cannot be written \((EACCES|EROFS)\)/)
    expectWhole(from)
  })

  it('leaves nothing on a real disk that is full half-way', async ({ skip }) => {
    const small = join(top, 'small')
    mkdirSync(small)
    mounted(small, 'size=6m', skip)
    const moving = moveHome(lab, join(small, 'lab'), { free: async () => 1e12 })
    await expect(moving).rejects.toMatchObject({
      kind: 'storage',
      message: expect.stringContaining(`No room on the disk of ${join(small, 'lab')}`) as string,
    })
    expect(readdirSync(small)).toEqual([])
    expectWhole(from)
  })

  it('is undone when where the lab lies cannot be written down', async () => {
    rmSync(locationFile())
    mkdirSync(locationFile()) // A folder cannot be replaced by a file, nor be read as one.
    lab.close()
    expect(() => Lab.open()).toThrow(/cannot be read/)
    rmSync(locationFile(), { recursive: true })
    writeLocation({ home: from, former: [] })
    lab = Lab.open()
    mkdirSync(`${locationFile()}.partial`)
    await expect(moveHome(lab, to)).rejects.toThrow(/cannot be written down/)
    expect(existsSync(to)).toBe(false)
    expectWhole(from)
  })

  it('notices what was changed meanwhile', async () => {
    const moving = moveHome(lab, to, {
      onProgress: ({ phase }) => phase === 'checking' && writeFileSync(join(from, 'runs', run, 'new'), ''),
    })
    await expect(moving).rejects.toThrow(/was changed while the lab was copied/)
    expect(existsSync(to)).toBe(false)
  })

  it('is not offered where the folder was named by who started the lab', async () => {
    lab.close()
    vi.stubEnv('HRM_LAB_HOME', from)
    lab = Lab.open()
    await expect(planMove(lab, to)).rejects.toThrow(/fixed by HRM_LAB_HOME/)
    lab.close()
    lab = Lab.open({ home: from })
    await expect(planMove(lab, to)).rejects.toThrow(/fixed by --home/)
  })
})

describe('a move that is killed', () => {
  const resolver = ['--import', './scripts/resolve-ts.mjs', join(import.meta.dirname, 'testing/mover.ts')]
  async function killedWhile(phase: 'copying' | 'checking'): Promise<void> {
    lab.close()
    const child = spawn(process.execPath, [...resolver, to, phase], { stdio: ['ignore', 'pipe', 'inherit'] })
    await once(child.stdout, 'data')
    // It holds the lab: nobody else writes it, and it cannot be moved twice.
    expect(() => Lab.open()).toThrow(/is in use by process/)
    child.kill('SIGKILL')
    await once(child, 'close')
  }

  it.each(['copying', 'checking'] as const)('leaves the lab whole where it was, %s', async (phase) => {
    await killedWhile(phase)
    expect(readdirSync(to)).toContain(UNFINISHED)
    expect(() => openHome(to)).toThrow(/unfinished copy/)
    expectWhole(from)
    // The next one begins anew and is not kept by what lies there.
    expect(await moveHome(lab, to)).toBe(to)
    expectWhole(to)
  })

  it('has not moved it a moment before that is written down', () => {
    lab.store.settings.set(MOVED_SETTING, { to, at: new Date().toISOString() })
    expectWhole(from)
    expect(lab.store.settings.get(MOVED_SETTING)).toBeNull()
  })

  it('has moved it once that is written down', async () => {
    await moveHome(lab, to)
    writeFileSync(join(to, UNFINISHED), JSON.stringify({ from })) // As a kill right after leaves it.
    expectWhole(to)
    expect(openHome(to).chosenBy).toBe('option')
  })
})

describe('where the lab lies', () => {
  it('is the platform’s folder until it was moved', () => {
    rmSync(locationFile())
    expect(resolveHome(undefined)).toEqual({ folder: standardFolder(), chosenBy: 'standard' })
  })

  it('is never guessed when the folder it was moved to is not there', async () => {
    await moveHome(lab, to)
    lab.close()
    rmSync(join(top, 'disk'), { recursive: true })
    mkdirSync(to, { recursive: true }) // As the place of a disk that is not connected.
    expect(() => Lab.open()).toThrow(/was moved to .* and is not there/)
    expect(() => Lab.exists()).toThrow(/Connect the disk|is not there/)
    expect(readdirSync(to)).toEqual([])
  })

  it('changes for those who wait for the lab’s lock', async () => {
    lab.close()
    mkdirSync(join(to, 'datasets'), { recursive: true })
    const holder = join(import.meta.dirname, 'testing/holder.ts')
    const child = spawn(process.execPath, ['--import', './scripts/resolve-ts.mjs', holder, to], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(child.stdout, 'data')
    // Looked for before it is let go, had after it: where it lies is looked up again.
    lab = await vi.waitFor(() => Lab.open(), { timeout: 10_000 })
    expect(lab.home.folder).toBe(to)
  })
})

describe('the folder left behind', () => {
  it('is kept when it was used after the move, or is used now', async () => {
    await moveHome(lab, to)
    expectWhole(to)
    const old = Lab.open({ home: from })
    await expect(removeFormer(from)).rejects.toMatchObject({ kind: 'locked' })
    old.close()
    await expect(removeFormer(from)).rejects.toThrow(/was used after the move/)
    expect(existsSync(join(from, 'lab.sqlite'))).toBe(true)
  })

  it('is the only one that is removed', async () => {
    await moveHome(lab, to)
    expectWhole(to)
    await expect(removeFormer(to)).rejects.toThrow(/was not moved from/)
    writeLocation({ home: to, former: [{ folder: top, moved: new Date().toISOString() }] })
    await expect(removeFormer(top)).rejects.toThrow(/The lab lies in/)
    expect(readLocation()?.home).toBe(to)
  })

  it('must be removed before the lab is moved back', async () => {
    await moveHome(lab, to)
    expectWhole(to)
    await expect(moveHome(lab, from)).rejects.toThrow(/still holds the lab as it was/)
    await removeFormer(from)
    await moveHome(lab, from)
    expectWhole(from)
  })
})

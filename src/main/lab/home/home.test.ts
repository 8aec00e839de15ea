import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openHome } from './home'
import { Lab } from '../lab'

const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-home-'))
afterEach(() => {
  vi.unstubAllEnvs()
  rmSync(folder, { recursive: true, force: true })
})

describe('home', () => {
  it('is the chosen folder, else HRM_LAB_HOME', () => {
    vi.stubEnv('HRM_LAB_HOME', join(folder, 'from-environment'))
    expect(openHome(join(folder, 'chosen')).folder).toBe(join(folder, 'chosen'))
    expect(openHome(undefined).folder).toBe(join(folder, 'from-environment'))
    expect(existsSync(join(folder, 'from-environment', 'datasets'))).toBe(true)
  })

  it('makes nothing when only looking', () => {
    expect(openHome(join(folder, 'none'), true).database).toBe(join(folder, 'none', 'lab.sqlite'))
    expect(existsSync(join(folder, 'none'))).toBe(false)
    expect(Lab.exists(join(folder, 'none'))).toBe(false)
  })

  it('says what keeps it from being written', () => {
    const file = join(mkdtempSync(join(tmpdir(), 'hrm-lab-home-')), 'file')
    writeFileSync(file, '')
    expect(() => openHome(join(file, 'below'))).toThrow(/cannot be written \(ENOTDIR\)/)
  })
})

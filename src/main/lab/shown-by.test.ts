import { afterEach, describe, expect, it } from 'vitest'
import { LabError } from '../../shared/errors'
import { temporaryFolder } from '../store/testing/fixtures'
import { Lab } from './lab'
import { endShowing, tellShowing } from './shown-by'

describe('a lab that is open already', () => {
  const labs: Lab[] = []
  afterEach(() => labs.splice(0).forEach((lab) => lab.close()))

  /** What a second opening of the lab is told. */
  function second(home: string): LabError {
    try {
      labs.push(Lab.open({ home }))
    } catch (error) {
      if (error instanceof LabError) return error
      throw error
    }
    throw new Error('The lab was opened twice.')
  }
  function first(): Lab {
    const lab = Lab.open({ home: temporaryFolder() })
    labs.push(lab)
    return lab
  }

  it('says who holds it, and where it is shown, but no token', () => {
    const { home } = first()
    tellShowing(home, { shell: 'server', address: 'http://127.0.0.1:8420' })
    const error = second(home.folder)
    expect(error.kind).toBe('locked')
    expect(error.message).toContain(`process ${process.pid}`)
    expect(error.message).toContain('It is shown at http://127.0.0.1:8420; the link with its token stands where')
    expect(error.hint).toContain('--home')
    tellShowing(home, { shell: 'window', address: null })
    expect(second(home.folder).message).toContain('It is open in HRM Lab’s window.')
  })

  it('says nothing of what showed it before', () => {
    const { home } = first()
    tellShowing(home, { shell: 'window', address: null })
    endShowing(home)
    expect(second(home.folder).message).not.toContain('window')
  })
})

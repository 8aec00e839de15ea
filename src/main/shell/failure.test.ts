import { expect, it } from 'vitest'
import { LabError } from '../../shared/errors'
import { startFailure } from './failure'

it('tells a person what they can act on, in the error’s words', () => {
  expect(startFailure(new LabError('locked', 'It is in use by process 7.', 'Close it.'))).toEqual({
    title: 'This lab is open already',
    text: 'It is in use by process 7.\n\nClose it.',
  })
})

it('knows a native part that does not fit', () => {
  const error = Object.assign(new Error('/x/prebuilds/linux-x64.node: invalid ELF header'), {
    code: 'ERR_DLOPEN_FAILED',
  })
  expect(startFailure(error).title).toBe('A part of HRM Lab does not fit this Electron')
  expect(startFailure(new Error('Could not load the "sharp" module')).text).toContain('npm ci')
})

it('keeps a defect’s stack', () => {
  const error = new TypeError('x is no function')
  expect(startFailure(error).text).toContain(error.stack)
})

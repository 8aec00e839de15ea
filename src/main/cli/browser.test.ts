import { describe, expect, it } from 'vitest'
import { browserCommand, start } from './browser'

const address = 'http://127.0.0.1:8420/?token=a-b_c'

describe('browserCommand', () => {
  it('is what the platform opens addresses with', () => {
    expect(browserCommand(address, 'darwin', {})).toEqual(['open', address])
    expect(browserCommand(address, 'win32', {})).toEqual(['cmd', '/c', 'start', '""', address])
    expect(browserCommand(address, 'linux', { DISPLAY: ':0' })).toEqual(['xdg-open', address])
    expect(browserCommand(address, 'linux', { WAYLAND_DISPLAY: 'wayland-0' })).toEqual(['xdg-open', address])
  })

  it('is none without a screen', () => {
    expect(browserCommand(address, 'linux', {})).toBeNull()
    expect(browserCommand(address, 'linux', { DISPLAY: '' })).toBeNull()
  })
})

describe('start', () => {
  it('tells whether the program did its work', async () => {
    expect(await start([process.execPath, '-e', ''])).toBe(true)
    expect(await start([process.execPath, '-e', 'process.exit(3)'])).toBe(false)
    expect(await start(['hrm-lab-no-such-browser', address])).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import { browserCommand } from './browser'

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

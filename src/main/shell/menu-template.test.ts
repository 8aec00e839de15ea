import type { MenuItemConstructorOptions } from 'electron'
import { describe, expect, it, vi } from 'vitest'
import { isAllowedLink, linkToAsk } from './links'
import { menuTemplate, type MenuState } from './menu-template'

type Item = MenuItemConstructorOptions
const actions = { command: vi.fn(), newWindow: vi.fn(), about: vi.fn(), documentation: vi.fn(), open: vi.fn() }
const itemsOf = ({ submenu }: Item): Item[] => (Array.isArray(submenu) ? submenu : [])
const template = (state: Partial<MenuState> = {}): Item[] =>
  menuTemplate({ platform: 'linux', training: false, developing: false, ...state }, actions)
const all = (state?: Partial<MenuState>): Item[] => template(state).flatMap((menu) => [menu, ...itemsOf(menu)])
const find = (label: string, state?: Partial<MenuState>): Item => all(state).find((item) => item.label === label)!

describe('the native menu', () => {
  it('has its menus in the order of the platform', () => {
    const names = (platform: NodeJS.Platform): unknown[] =>
      template({ platform }).map(({ label, role }) => label?.replace('&', '') ?? role)
    expect(names('linux')).toEqual(['File', 'editMenu', 'View', 'Run', 'windowMenu', 'help'])
    expect(names('darwin')).toEqual(['HRM Lab', 'File', 'editMenu', 'View', 'Run', 'windowMenu', 'help'])
  })

  it.each(['linux', 'win32', 'darwin'] as const)(
    'gives no accelerator twice, and none without Ctrl (%s)',
    (platform) => {
      const keys = all({ platform, developing: true }).flatMap(({ accelerator }) => accelerator ?? [])
      expect(new Set(keys).size).toBe(keys.length)
      expect(keys.every((key) => String(key).startsWith('CmdOrCtrl+'))).toBe(true)
    },
  )

  it('sends the window’s commands', () => {
    const click = (label: string): void => void (find(label, { training: true }).click as () => void)()
    for (const label of ['New Experiment', 'Import Folder…', 'Pause What Trains', 'Keys']) click(label)
    expect(actions.command.mock.calls).toEqual([['go.experiment'], ['import.folder'], ['training.pause'], ['help']])
  })

  it('offers pause and stop while a run trains only', () => {
    for (const label of ['Pause What Trains', 'Stop What Trains…']) {
      expect(find(label).enabled).toBe(false)
      expect(find(label, { training: true }).enabled).toBe(true)
    }
  })

  it('reloads and opens tools only for those who work on it', () => {
    const roles = (developing: boolean): unknown[] => all({ developing }).map(({ role }) => role)
    expect(roles(false)).not.toContain('reload')
    expect(roles(false)).not.toContain('toggleDevTools')
    expect(roles(true)).toEqual(expect.arrayContaining(['reload', 'toggleDevTools']))
  })

  it('has about and quit once on every platform', () => {
    for (const platform of ['linux', 'win32', 'darwin'] as const) {
      expect(all({ platform }).filter(({ label }) => label === 'About HRM Lab')).toHaveLength(1)
      expect(all({ platform }).filter(({ role }) => role === 'quit')).toHaveLength(1)
    }
  })

  it('leads outside to addresses of the list only', () => {
    for (const { click } of itemsOf(template().at(-1)!)) (click as (() => void) | undefined)?.()
    expect(actions.open.mock.calls.length).toBeGreaterThan(0)
    for (const [link] of actions.open.mock.calls) expect(isAllowedLink(link as string)).toBe(true)
    expect(isAllowedLink('https://arxiv.org/abs/2510.03598?x')).toBe(false)
    expect(isAllowedLink('javascript:alert(1)')).toBe(false)
  })
  it('asks about other addresses of the web and of mail, and opens none else', () => {
    expect(linkToAsk('https://example.org/a b')).toBe('https://example.org/a%20b')
    expect(linkToAsk('mailto:a@example.org')).toBe('mailto:a@example.org')
    const refused = [
      'javascript:alert(1)',
      'file:///etc/passwd',
      'app://lab/',
      'smb://x/y',
      '',
      `https://x.org/${'a'.repeat(1000)}`,
    ]
    for (const address of refused) expect(linkToAsk(address)).toBeNull()
  })
})

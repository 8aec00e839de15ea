import type { MenuItemConstructorOptions } from 'electron'
import type { MenuCommand } from '../../shared/contract/window'
import { links } from './links'

/** What the menu depends on. */
export interface MenuState {
  readonly platform: NodeJS.Platform
  /** Whether a run trains now. */
  readonly training: boolean
  /** With what only those who work on the window need. */
  readonly developing: boolean
}

/** What the menu does itself; anything else is the window's command. */
export interface MenuActions {
  command(id: MenuCommand): void
  newWindow(): void
  about(): void
  documentation(): void
  open(link: string): void
}

type Item = MenuItemConstructorOptions
const line: Item = { type: 'separator' }

/** The native menu. Keys with Ctrl (⌘) only: plain keys belong to the page, where a person may be typing. */
export function menuTemplate({ platform, training, developing }: MenuState, actions: MenuActions): Item[] {
  const mac = platform === 'darwin'
  const command = (label: string, id: MenuCommand, accelerator?: string, enabled = true): Item => ({
    label,
    enabled,
    click: () => actions.command(id),
    ...(accelerator ? { accelerator } : {}),
  })
  const about: Item = { label: 'About HRM Lab', click: actions.about }
  const settings = command('Settings…', 'go.settings', 'CmdOrCtrl+,')
  return [
    ...(mac ? [macMenu(about, settings)] : []),
    {
      label: '&File',
      submenu: [
        command('New Experiment', 'go.experiment', 'CmdOrCtrl+N'),
        { label: 'New Window', accelerator: 'CmdOrCtrl+Shift+N', click: actions.newWindow },
        line,
        command('Import Folder…', 'import.folder', 'CmdOrCtrl+O'),
        command('Import File…', 'import.file', 'CmdOrCtrl+Shift+O'),
        line,
        mac ? { role: 'close' } : { role: 'quit' },
      ],
    },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        command('Runs', 'go.runs', 'CmdOrCtrl+1'),
        command('Data Sets', 'go.data', 'CmdOrCtrl+2'),
        command('Engine', 'go.engine', 'CmdOrCtrl+3'),
        line,
        command('All Commands…', 'palette', 'CmdOrCtrl+K'),
        command('Messages…', 'messages'),
        ...(mac ? [] : [settings]),
        line,
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { role: 'togglefullscreen' },
        ...(developing ? [line, { role: 'reload' } as const, { role: 'toggleDevTools' } as const] : []),
      ],
    },
    {
      label: '&Run',
      submenu: [
        command('Pause What Trains', 'training.pause', 'CmdOrCtrl+.', training),
        command('Stop What Trains…', 'training.stop', 'CmdOrCtrl+Shift+.', training),
      ],
    },
    { role: 'windowMenu' },
    { role: 'help', submenu: helpItems(command, actions, mac ? [] : [line, about]) },
  ]
}

const macMenu = (about: Item, settings: Item): Item => ({
  label: 'HRM Lab',
  submenu: [
    about,
    line,
    settings,
    line,
    { role: 'services' },
    line,
    { role: 'hide' },
    { role: 'hideOthers' },
    { role: 'unhide' },
    line,
    { role: 'quit' },
  ],
})

const helpItems = (
  command: (label: string, id: MenuCommand) => Item,
  { documentation, open }: MenuActions,
  last: readonly Item[],
): Item[] => [
  command('Keys', 'help'),
  { label: 'Documentation', click: documentation },
  line,
  { label: 'The Paper (arXiv)', click: () => open(links.paper) },
  { label: 'Hierarchical Reasoning Model (arXiv)', click: () => open(links.hrm) },
  ...last,
]

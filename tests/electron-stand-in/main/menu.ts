import type { Menu as ElectronMenu, MenuItem, MenuItemConstructorOptions } from 'electron'
import type { MenuEntry } from '../messages'
import { app } from './app'
import { answers, standIn } from './host'

type Template = readonly (MenuItemConstructorOptions | MenuItem)[]
const templates = new WeakMap<ElectronMenu, Template>()
let current: Template = []

class StandInMenu {
  static buildFromTemplate(template: Template): ElectronMenu {
    const menu = standIn<ElectronMenu>('Menu', {})
    templates.set(menu, template)
    return menu
  }
  static setApplicationMenu(menu: ElectronMenu | null): void {
    current = menu ? templates.get(menu)! : []
  }
}
export const Menu = standIn<typeof ElectronMenu>(
  'Menu (the class)',
  StandInMenu as unknown as Partial<typeof ElectronMenu>,
)

const labelOf = ({ label, role }: MenuItemConstructorOptions | MenuItem): string =>
  (label ?? role ?? '').replace('&', '')
const entriesOf = ({ submenu }: MenuItemConstructorOptions | MenuItem): Template =>
  Array.isArray(submenu) ? submenu : []

const describe = (item: MenuItemConstructorOptions | MenuItem): MenuEntry => ({
  label: labelOf(item),
  accelerator: item.accelerator ? String(item.accelerator) : null,
  role: item.role ?? null,
  enabled: item.enabled ?? true,
  visible: item.visible ?? true,
  entries: entriesOf(item).map(describe),
})

answers.menu = () => current.map(describe)

answers.pressMenu = (labels) => {
  let among = current
  let found: MenuItemConstructorOptions | MenuItem | undefined
  for (const label of labels) {
    found = among.find((item) => labelOf(item) === label)
    if (!found || found.enabled === false) throw new Error(`The menu has no entry that can be chosen: ${label}.`)
    among = entriesOf(found)
  }
  if (found?.role === 'quit') return app.quit()
  if (!found?.click)
    throw new Error(`The Electron stand-in does not know what ${found?.role ?? labels.join(' › ')} does.`)
  const click = found.click as (...args: unknown[]) => void
  click(found, undefined, {})
}

import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { dialog, shell, type BrowserWindow, type OpenDialogOptions } from 'electron'
import { channels } from '../../shared/contract/window'
import type { Dispatch } from '../lab/contract/dispatch'
import { bindChannels } from './ipc'
import type { Windows } from './windows'

/** Files an import takes (docs: lab/datasets/readers); any other may be chosen too. */
const importable = [
  { name: 'Archives and image data', extensions: ['zip', 'tar', 'gz', 'tgz', 'bin'] },
  { name: 'All files', extensions: ['*'] },
]

const importedFolder: OpenDialogOptions = { title: 'Import a folder', properties: ['openDirectory'] }
const newHome: OpenDialogOptions = {
  ...{ title: 'Move the lab to a folder', buttonLabel: 'Take This Folder' },
  properties: ['openDirectory', 'createDirectory'],
}

/** Binds everything a window may ask: the contract's requests to the lab, and what only the system's shell can do. */
export function bindRequests(windows: Windows, dispatch: Dispatch): void {
  const choose = async (window: BrowserWindow | null, options: OpenDialogOptions): Promise<string | null> => {
    if (!window) return null
    const { canceled, filePaths } = await dialog.showOpenDialog(window, options)
    return canceled ? null : (filePaths[0] ?? null)
  }
  bindChannels(
    {
      [channels.request]: (_sender, name, given) => dispatch(String(name), given),
      [channels.chooseFolder]: (sender, purpose) =>
        choose(windows.of(sender), purpose === 'home' ? newHome : importedFolder),
      [channels.chooseFile]: (sender) =>
        choose(windows.of(sender), { title: 'Import a file', properties: ['openFile'], filters: importable }),
      [channels.showInFolder]: (_sender, path) => {
        if (typeof path !== 'string' || !isAbsolute(path) || !existsSync(path)) return false
        shell.showItemInFolder(path)
        return true
      },
    },
    (sender) => windows.of(sender) !== null,
  )
}

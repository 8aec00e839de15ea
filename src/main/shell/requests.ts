import { existsSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import { dialog, nativeImage, shell, type BrowserWindow, type OpenDialogOptions } from 'electron'
import { channels } from '../../shared/contract/window'
import type { Dispatch } from '../lab/contract/dispatch'
import type { DraggedFiles } from './dragged-files'
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
/** Width of what is seen below the pointer while a picture is dragged, in pixels. */
const ICON_WIDTH = 160

/** Binds everything a window may ask: the contract's requests to the lab, and what only the system's shell can do. */
export function bindRequests(windows: Windows, dispatch: Dispatch, dragged: DraggedFiles): void {
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
      [channels.prepareDrag]: (_sender, address) => dragged.prepare(address),
      [channels.startDrag]: (sender, address) => {
        const file = dragged.get(address)
        if (!file) return false
        const icon = nativeImage.createFromBuffer(Buffer.from(file.icon)).resize({ width: ICON_WIDTH })
        sender.startDrag({ file: file.path, icon })
        return true
      },
    },
    (sender) => windows.of(sender) !== null,
  )
}

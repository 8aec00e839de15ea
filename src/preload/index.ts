import { contextBridge, webUtils } from 'electron'
import { channels, type LabWindow } from '../shared/contract/window'
import { ask, hear } from './ipc'

const { electron, chrome, node } = process.versions

contextBridge.exposeInMainWorld('lab', {
  versions: { electron: electron ?? '', chrome: chrome ?? '', node },
  request: (name, args) => ask(channels.request, name, args),
  onEvents: (listener) => hear(channels.events, listener),
  onCommand: (listener) => hear(channels.command, listener),
  pathOf: (file) => webUtils.getPathForFile(file),
  chooseFolder: (purpose) => ask(channels.chooseFolder, purpose),
  chooseFile: () => ask(channels.chooseFile),
  showInFolder: (path) => ask(channels.showInFolder, path),
  prepareDrag: (address) => ask(channels.prepareDrag, address),
  startDrag: (address) => ask(channels.startDrag, address),
} satisfies LabWindow)

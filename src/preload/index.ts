import { contextBridge } from 'electron'
import type { LabWindow } from '../shared/contract/window'

const { electron, chrome, node } = process.versions

contextBridge.exposeInMainWorld('lab', {
  versions: { electron: electron ?? '', chrome: chrome ?? '', node },
} satisfies LabWindow)

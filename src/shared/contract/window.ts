import type { EventBatch } from './events'
import type { Reply } from './reply'

/** Names under which the preload script and the main process speak with each other (Electron's IPC). */
export const channels = {
  /** A request of the contract: its name and arguments; answered with a Reply. */
  request: 'lab:request',
  /** A batch of events, to every window. */
  events: 'lab:events',
  /** A WindowCommand, to one window. */
  command: 'lab:command',
  chooseFolder: 'shell:choose-folder',
  chooseFile: 'shell:choose-file',
  showInFolder: 'shell:show-in-folder',
  prepareDrag: 'shell:prepare-drag',
  startDrag: 'shell:start-drag',
} as const

/** Commands of the window (renderer/state/commands.ts) that the native menu offers. */
export type MenuCommand =
  | 'go.experiment'
  | 'go.runs'
  | 'go.data'
  | 'go.engine'
  | 'import.folder'
  | 'import.file'
  | 'training.pause'
  | 'training.stop'
  | 'palette'
  | 'go.settings'
  | 'messages'
  | 'help'

/** What a folder is chosen for. */
export type FolderPurpose = 'import' | 'home'

/**
 * What the shell asks of its window: a command of the menu; to show a run, as when its notification was clicked; to take in
 * a run's bundle that the system was asked to open.
 */
export type WindowCommand =
  | { readonly id: MenuCommand }
  | { readonly id: 'run.open'; readonly run: string }
  | { readonly id: 'bundle.open'; readonly path: string }

/**
 * What the preload script puts on `window.lab` in Electron: all that a window there can do beyond a page in a browser.
 * Flat, so that each entry is one thing to look at.
 */
export interface LabWindow {
  /** Versions of what the window runs on, for its footer and for bug reports. */
  readonly versions: { readonly electron: string; readonly chrome: string; readonly node: string }
  /** Asks the lab something of the contract. Rejects only when the main process has gone. */
  request(name: string, args: unknown): Promise<Reply<unknown>>
  /** Calls `listener` for every batch of events from now on. @returns how to end that */
  onEvents(listener: (batch: EventBatch) => void): () => void
  /** Calls `listener` for what the native menu or a notification asks of this window. @returns how to end that */
  onCommand(listener: (command: WindowCommand) => void): () => void
  /** Where a dropped or chosen file or folder lies on this machine; '' for one that is on no disk. */
  pathOf(file: File): string
  /**
   * Asks the person for a folder, in the system's dialog: to import, or for the lab to be moved to.
   * @returns its path, or null when they cancel
   */
  chooseFolder(purpose: FolderPurpose): Promise<string | null>
  /** Asks the person for a file that can be imported. @returns its path, or null when they cancel */
  chooseFile(): Promise<string | null>
  /** Shows a file or folder of this machine in the system's file manager. @returns whether there is such a thing */
  showInFolder(path: string): Promise<boolean>
  /** Makes an exported picture ready to be dragged out of the window. @param address see exportAddress @returns whether it could be made */
  prepareDrag(address: string): Promise<boolean>
  /**
   * Drags a picture that is ready, as a file, from within a `dragstart` that was prevented.
   * @returns whether it was ready
   */
  startDrag(address: string): Promise<boolean>
}

import type { LabWindow, WindowCommand } from '../../shared/contract/window'
import type { Command } from './commands'
import { askRun } from './commands'
import type { Lab } from './lab.svelte'
import { router } from './router.svelte'

/**
 * Does what Electron's native menu and notifications ask of this window; in a browser nothing asks.
 * @param commands every command that makes sense now
 * @returns how to stop
 */
export function followMenu(
  lab: Lab,
  commands: () => readonly Command[],
  bridge: Pick<LabWindow, 'onCommand'> | undefined = window.lab,
): () => void {
  return bridge?.onCommand((command) => obey(lab, commands(), command)) ?? (() => undefined)
}

function obey(lab: Lab, commands: readonly Command[], command: WindowCommand): void {
  const { running } = lab.queue
  switch (command.id) {
    case 'run.open':
      return router.go({ view: 'run', id: command.run })
    case 'bundle.open':
      return void lab.bundles.take(command.path)
    case 'import.folder':
      return void lab.drop.choose('folder')
    case 'import.file':
      return void lab.drop.choose('file')
    // The menu has asked whether it may be stopped.
    case 'training.pause':
    case 'training.stop':
      if (running !== null) void askRun(lab, command.id === 'training.pause' ? 'pause' : 'stop', running)
      return
    default:
      commands.find(({ id }) => id === command.id)?.run()
  }
}

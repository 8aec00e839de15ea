import { spawn } from 'node:child_process'

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]]

/**
 * How this machine opens an address in the person's browser; null where there is no screen for one (xdg-open would then
 * start a browser inside the terminal).
 */
export function browserCommand(
  address: string,
  platform: NodeJS.Platform,
  environment: Readonly<Record<string, string | undefined>>,
): Command | null {
  if (platform === 'darwin') return ['open', address]
  // `start` takes its first quoted argument as the window's title.
  if (platform === 'win32') return ['cmd', '/c', 'start', '""', address]
  return environment['DISPLAY'] || environment['WAYLAND_DISPLAY'] ? ['xdg-open', address] : null
}

/** Opens an address in the browser, if there is one: the link stands in the terminal in any case. */
export function openBrowser(address: string): void {
  const command = browserCommand(address, process.platform, process.env)
  if (!command) return
  const [program, ...args] = command
  const started = spawn(program, args, {
    stdio: 'ignore',
    detached: true,
    windowsVerbatimArguments: process.platform === 'win32',
  })
  started.on('error', () => {
    // No such program on this machine: the person opens the printed link.
  })
  started.unref()
}

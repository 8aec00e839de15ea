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

/** Milliseconds after which a program that still runs is taken for the browser, or for one that has handed over to it. */
const PATIENCE_MS = 3000

/**
 * Opens an address in the browser, if there is one: the link stands in the terminal in any case.
 * @returns whether it was opened, as far as can be told within a few seconds
 */
export function openBrowser(address: string): Promise<boolean> {
  const command = browserCommand(address, process.platform, process.env)
  return command ? start(command) : Promise.resolve(false)
}

/** Starts a program that opens something. @returns false when there is none, or it says that it could not */
export function start([program, ...args]: Command): Promise<boolean> {
  return new Promise((resolve) => {
    const started = spawn(program, args, {
      stdio: 'ignore',
      detached: true,
      windowsVerbatimArguments: process.platform === 'win32',
    })
    started.once('error', () => resolve(false))
    started.once('exit', (code) => resolve(code === 0))
    setTimeout(() => resolve(true), PATIENCE_MS).unref()
    started.unref()
  })
}

/** The built server shell as a person starts it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

/** A server that was started, and how long it took to give its link; milliseconds. */
export interface Started {
  readonly url: string
  readonly linkMs: number
  readonly pid: number
  stop(): Promise<void>
}

/** Starts `hrm-lab serve` on a lab. @throws Error when it ends before it gives a link */
export async function startShell(home: string, port: number): Promise<Started> {
  const began = performance.now()
  const child = spawn(
    process.execPath,
    ['out/main/cli.js', '--home', home, 'serve', '--no-open', '--port', `${port}`],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  )
  const ended = once(child, 'close')
  const lines = createInterface({ input: child.stdout })
  const url = await Promise.race([
    once(lines, 'line').then(([line]) => String(line).trim()),
    ended.then(([code]) => {
      throw new Error(`The server shell ended with ${code} before it gave its link.`)
    }),
  ])
  return {
    ...{ url, linkMs: performance.now() - began, pid: child.pid! },
    stop: async () => {
      child.kill('SIGINT')
      await ended
    },
  }
}

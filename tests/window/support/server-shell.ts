import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'

/** A lab served by the built command line. */
export interface Served {
  /** The link it printed, token included. */
  readonly url: string
  readonly process: ChildProcess
  /** Settles when the process has ended. */
  readonly ended: Promise<void>
}

/**
 * Starts `hrm-lab serve`, on any free port when not told one.
 * @param own environment in which the lab's folder is the person's own (ownLab); it is named otherwise
 * @throws Error with what it said when it ends instead of giving a link
 */
export async function serve(home: string, port = 0, own: NodeJS.ProcessEnv = {}): Promise<Served> {
  const args = [resolve('out/main/cli.js'), 'serve', '--port', String(port), '--no-open', '--json']
  const child = spawn(process.execPath, args, {
    env: { ...process.env, HRM_LAB_HOME: home, ...own },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = new Promise<void>((done) => child.once('close', () => done()))
  let said = ''
  const url = await new Promise<string>((found, refuse) => {
    child.once('error', refuse)
    child.stderr.on('data', (text: Buffer) => (said += text.toString()))
    let printed = ''
    child.stdout.on('data', (text: Buffer) => {
      printed += text.toString()
      const link = /"url": "([^"]+)"/.exec(printed)?.[1]
      if (link) found(link)
    })
    void ended.then(() => refuse(new Error(`hrm-lab serve ended without a link:\n${said}`)))
  })
  return { url, process: child, ended }
}

import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const cli = resolve('out/main/cli.js')

/** How a command ended. */
export interface Ended {
  /** Exit code; the signal's name when one ended it. */
  readonly code: number | NodeJS.Signals
  readonly stdout: string
  readonly stderr: string
}

/** A command of the built command line that runs now. */
export class Command {
  readonly process: ChildProcess
  readonly ended: Promise<Ended>
  #stdout = ''
  #stderr = ''

  constructor(args: readonly string[], environment: NodeJS.ProcessEnv, cwd: string) {
    this.process = spawn(process.execPath, [cli, ...args], { cwd, env: environment, stdio: ['ignore', 'pipe', 'pipe'] })
    this.process.stdout!.on('data', (text: Buffer) => (this.#stdout += text.toString()))
    this.process.stderr!.on('data', (text: Buffer) => (this.#stderr += text.toString()))
    this.ended = new Promise((done, refuse) => {
      this.process.on('error', refuse)
      this.process.on('close', (code, signal) =>
        done({ code: signal ?? code ?? -1, stdout: this.#stdout, stderr: this.#stderr }),
      )
    })
  }

  /** Waits until `condition` holds. @throws Error when the command ends before. */
  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    let over: Ended | null = null
    void this.ended.then((ended) => (over = ended))
    while (!(await condition())) {
      if (over !== null) throw new Error(`The command ended too early: ${JSON.stringify(over)}`)
      await new Promise((r) => setTimeout(r, 50))
    }
  }
}

/**
 * Has a folder be where the person's own lab lies, as after a move; nothing of the person who runs the tests is touched.
 * @param config folder where that is written down
 * @returns the environment in which it is so
 */
export function ownLab(home: string, config: string): NodeJS.ProcessEnv {
  mkdirSync(join(home, 'datasets'), { recursive: true })
  mkdirSync(config, { recursive: true })
  writeFileSync(join(config, 'location.json'), JSON.stringify({ version: 1, home, former: [] }))
  return { HRM_LAB_CONFIG: config, HRM_LAB_HOME: undefined }
}

/** A lab of its own in a temporary folder, used as a person would: through the built command line. */
export class TestLab {
  readonly folder = mkdtempSync(join(tmpdir(), 'hrm-lab-e2e-'))
  readonly home = join(this.folder, 'home')

  /** How its commands are told of the lab's folder. */
  readonly #environment: NodeJS.ProcessEnv

  /** @param movable the folder is not named with every command, but is where the person's own lab lies */
  constructor({ movable = false } = {}) {
    this.#environment = movable ? ownLab(this.home, this.path('config')) : { HRM_LAB_HOME: this.home }
    if (!existsSync(cli)) throw new Error(`${cli} is not there: npm run build, or npm test`)
  }

  /** Starts a command in the lab's folder. */
  start(...args: string[]): Command {
    return new Command(args, { ...process.env, ...this.#environment }, this.folder)
  }

  /** Runs a command to its end. */
  run(...args: string[]): Promise<Ended> {
    return this.start(...args).ended
  }

  /** Runs a command with --json and reads its answer. @throws Error when it does not exit with 0. */
  async json<T>(...args: string[]): Promise<T> {
    const { code, stdout, stderr } = await this.run(...args, '--json')
    if (code !== 0) throw new Error(`hrm-lab ${args.join(' ')} ended with ${code}:\n${stderr}\n${stdout}`)
    return JSON.parse(stdout) as T
  }

  path(...names: string[]): string {
    return join(this.folder, ...names)
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }
}

/** A lab of its own behind a real window: the same for every shell. */
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { BrowserContextOptions, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, inject, onTestFinished } from 'vitest'
import type { RequestArguments, RequestName, RequestResult } from '../../../src/shared/contract/contract'
import type { Reply } from '../../../src/shared/contract/reply'
import { openStore, type Store } from '../../../src/main/store/store'
import { ownLab } from '../../e2e/support/lab'
import type { StandInStart } from './electron-session'
import { writeEvaluatedLab } from './evaluated'
import { type Session, type Shell, openSession } from './shells'

/** What a lab has when a story begins: nothing, the data set 'shapes' (4 classes, 8 × 8, gray), or runs that were evaluated. */
export type Beginning = 'nothing' | 'shapes' | 'evaluated'

/** How to open one. */
export interface LabOptions {
  readonly shell: Shell
  readonly beginning?: Beginning
  /** Of the browser's page: size, colour scheme. */
  readonly look?: Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'reducedMotion' | 'forcedColors'>
  /** Of the Electron shell on the stand-in. */
  readonly started?: StandInStart
  /** The folder is not named, but is the person's own: it may be moved. */
  readonly movable?: boolean
}

/** A running lab and its window. */
export class TestLab {
  /** Its folder; a story that moves it says so here. */
  home: string
  readonly #options: LabOptions
  #session: Session

  private constructor(home: string, options: LabOptions, session: Session) {
    this.home = home
    this.#options = options
    this.#session = session
  }

  /** @internal use {@link openLab} */
  static async open(folder: string, options: LabOptions): Promise<TestLab> {
    const home = join(folder, 'home')
    if (options.beginning === 'shapes') await cp(join(inject('templates'), 'with-shapes'), home, { recursive: true })
    if (options.beginning === 'evaluated') await writeEvaluatedLab(home)
    const own = options.movable ? ownLab(home, join(folder, 'config')) : undefined
    const session = await openSession(options.shell, home, options.look, options.started, own)
    return new TestLab(home, options, session)
  }

  /** The shell that runs now. */
  get session(): Session {
    return this.#session
  }

  get page(): Page {
    return this.#session.page
  }

  /** Asks the lab through the window's own connection: to set a story's stage, never instead of the window. */
  async ask<Name extends RequestName>(name: Name, args: RequestArguments<Name>): Promise<RequestResult<Name>> {
    const reply = (await this.page.evaluate(askInPage, [name, args] as const)) as Reply<RequestResult<Name>>
    if (!reply.ok) throw new Error(`${name}: ${reply.error.message}`)
    return reply.value
  }

  /** Reads what the lab has stored, beside it. */
  stored<Result>(read: (store: Store) => Result): Result {
    const store = openStore(join(this.home, 'lab.sqlite'), { readOnly: true })
    try {
      return read(store)
    } finally {
      store.close()
    }
  }

  /** Ends the shell as a person would; a run in work is paused. */
  async quit(): Promise<void> {
    await this.#session.quit()
  }

  /** Quits where that is not done, and starts again on the same folder. @throws as close */
  async restart(): Promise<void> {
    this.#requireNoProblems()
    await this.quit()
    this.#session = await openSession(this.#options.shell, this.home, this.#options.look, this.#options.started)
  }

  /** Ends everything. @throws Error when a page had an error that nobody caught */
  async close(): Promise<void> {
    try {
      // What a page asks for while its shell ends is no problem.
      this.#requireNoProblems()
    } finally {
      await this.#session.close()
    }
  }

  #requireNoProblems(): void {
    const { problems } = this.#session
    if (problems.length > 0) throw new Error(`The window had problems:\n${problems.join('\n')}`)
  }
}

/** What the window looked like when a story failed, for whoever looks into it. */
async function keepPicture(lab: TestLab, story: string): Promise<void> {
  const path = join(
    'out',
    'window-failures',
    `${story.replace(/[^\w]+/g, '-').slice(-120)}-${basename(dirname(lab.home))}.png`,
  )
  // A page that has gone has no looks; the failure itself is told anyway.
  await lab.page.screenshot({ path }).catch(() => undefined)
}

/** Runs in the page: one request over the shell's own channel. */
async function askInPage([name, args]: readonly [string, unknown]): Promise<unknown> {
  const { lab } = window as unknown as { lab?: { request?(name: string, args: unknown): Promise<unknown> } }
  if (lab?.request) return lab.request(name, args)
  const socket = new WebSocket('/socket')
  try {
    return await new Promise((resolve, reject) => {
      socket.onerror = () => reject(new Error('The lab’s socket did not open.'))
      socket.onopen = () => socket.send(JSON.stringify({ id: 0, name, arguments: args }))
      socket.onmessage = ({ data }) => {
        const message = JSON.parse(String(data)) as { id?: number; reply?: unknown }
        if (message.id === 0) resolve(message.reply)
      }
    })
  } finally {
    socket.close()
  }
}

const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'hrm-lab-story-'))

/** Opens a lab in a folder of its own; both go when the test ends. */
export async function openLab(options: LabOptions): Promise<TestLab> {
  const folder = await newFolder()
  onTestFinished(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }))
  const lab = await TestLab.open(folder, options)
  onTestFinished(async ({ task }) => {
    if (task.result?.state === 'fail') await keepPicture(lab, task.fullName)
    await lab.close()
  })
  return lab
}

/** One lab for all tests of the describe or file that this is called in, each of which begins where the last one ended. */
export function sharedLab(options: LabOptions): () => TestLab {
  let folder = ''
  let lab: TestLab
  beforeAll(async () => {
    folder = await newFolder()
    lab = await TestLab.open(folder, options)
  })
  afterEach(async ({ task }) => {
    if (task.result?.state === 'fail') await keepPicture(lab, task.fullName)
  })
  afterAll(async () => {
    await lab.close()
    await rm(folder, { recursive: true, force: true, maxRetries: 5 })
  })
  return () => lab
}

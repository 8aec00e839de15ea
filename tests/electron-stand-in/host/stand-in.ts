/** Starts the built main bundle on the stand-in, its windows in a real browser. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContext, Page } from 'playwright-core'
import { Channel } from '../channel'
import type { Answer, HostApi, MainApi, Question, Recorded } from '../messages'
import { Pages } from './pages'

/** How to start one. */
export interface StandInOptions {
  /** The main process' bundle; the lab's own when not given. */
  readonly main?: string
  /** Files to open, as a file manager gives them. */
  readonly files?: readonly string[]
  /** The lab's folder. */
  readonly home: string
  /** Environment in which that folder is the person's own lab; it is named with --home otherwise. */
  readonly own?: NodeJS.ProcessEnv
  /** The system's folder for applications' data, kept over a restart. */
  readonly appData: string
  /** Of the browser: every request in it is the stand-in's from now on. */
  readonly context: BrowserContext
  readonly watch: (page: Page) => void
  /** Told what must not be. */
  readonly problem: (what: string) => void
}

/** The built app on the stand-in. */
export class StandIn {
  readonly process: ChildProcess
  readonly ended: Promise<number | null>
  readonly main: Channel<MainApi>
  readonly pages: Pages
  /** What the system would have shown or done, in order. */
  readonly recorded: Recorded[] = []
  /** The dialogs that were shown. */
  readonly asked: Question[] = []
  /** Answers the dialogs; null: none is expected. */
  answer: ((question: Question) => Answer) | null = null
  readonly #firstPage = Promise.withResolvers<void>()
  #said = ''
  #expected = false
  readonly #problem: (what: string) => void

  constructor(options: StandInOptions) {
    const { main = resolve('out/main/index.js'), files = [], home, own, appData, context, watch, problem } = options
    this.#problem = problem
    const register = fileURLToPath(new URL('../register.mjs', import.meta.url))
    const named = own ? [] : ['--home', home]
    this.process = spawn(process.execPath, ['--import', register, main, ...named, ...files], {
      env: { ...process.env, HRM_LAB_STAND_IN_DATA: appData, ...own },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      serialization: 'advanced',
    })
    this.process.stderr!.on('data', (text: Buffer) => (this.#said += text.toString()))
    this.ended = new Promise((done) => this.process.once('close', (code) => done(code)))
    void this.ended.then((code) => {
      if (!this.#expected) problem(`The app ended with ${code}:\n${this.#said}`)
    })
    this.main = new Channel<MainApi>(this.process, this.#answers())
    this.pages = new Pages(context, this.main, { watch, problem })
  }

  /** Starts it. @returns once its first window shows the page, or the app has ended */
  static async start(options: StandInOptions): Promise<StandIn> {
    await mkdir(options.appData, { recursive: true })
    const standIn = new StandIn(options)
    await standIn.pages.begin()
    await Promise.race([standIn.#firstPage.promise, standIn.ended])
    return standIn
  }

  /** What it wrote on standard error. */
  get said(): string {
    return this.#said
  }

  /** Lets it end from now on, however it does. */
  expectEnd(): void {
    this.#expected = true
  }

  #answers(): HostApi {
    return {
      createWindow: (window, facts) => this.pages.create(window, facts),
      load: async (window, url) => {
        await this.pages.load(window, url)
        this.#firstPage.resolve()
      },
      send: (window, channel, args) => this.pages.send(window, channel, args),
      closeWindow: (window) => this.pages.close(window),
      ask: async (question) => this.#ask(question),
      record: (what) => void this.recorded.push(what),
      problem: (what) => this.#problem(what),
    }
  }

  #ask(question: Question): Answer {
    this.asked.push(question)
    if (this.answer) return this.answer(question)
    this.#problem(`A dialog nobody expected: ${JSON.stringify(question)}`)
    return question.kind === 'message' ? question.cancel : []
  }
}

/** The stand-in's windows as pages of a real browser. */
import type { BrowserContext, Frame, Page, Request, Route } from 'playwright-core'
import type { Channel } from '../channel'
import type { MainApi, WindowFacts } from '../messages'
import { appAddress, twinOf } from './addresses'
import { bindings, PAGE_OBJECT, type PageObject, preloadScript } from './preload'

/** Electron's names of permissions by the browser's: those that a page of the lab could ask for. */
const permissions = {
  'clipboard-write': 'clipboard-sanitized-write',
  'clipboard-read': 'clipboard-read',
  geolocation: 'geolocation',
  notifications: 'notifications',
  camera: 'media',
  microphone: 'media',
} as const

interface Shown {
  readonly facts: WindowFacts
  /** Settles when its page is loaded. */
  readonly loaded: PromiseWithResolvers<Page>
  page: Page | null
  /** Its document is there: messages reach it. */
  ready: boolean
}

/** The pages of one stand-in. */
export class Pages {
  readonly #context: BrowserContext
  readonly #main: Channel<MainApi>
  readonly #watch: (page: Page) => void
  readonly #problem: (what: string) => void
  readonly #windows = new Map<number, Shown>()
  /** Addresses that pages wanted to go to, or open, and may not. */
  readonly refused: string[] = []

  constructor(
    context: BrowserContext,
    main: Channel<MainApi>,
    { watch, problem }: { watch: (page: Page) => void; problem: (what: string) => void },
  ) {
    this.#context = context
    this.#main = main
    this.#watch = watch
    this.#problem = problem
  }

  /** Takes every request that a page makes. */
  async begin(): Promise<void> {
    await this.#context.route('**/*', async (route, request) => {
      try {
        await this.#answer(route, request)
      } catch (error) {
        // The app has ended, or the page has gone: nobody waits for the answer.
        if (this.#main.open) this.#problem(`${request.url()}: ${String(error)}`)
        await route.abort().catch(() => undefined)
      }
    })
  }

  create(window: number, facts: WindowFacts): void {
    this.#windows.set(window, { facts, loaded: Promise.withResolvers(), page: null, ready: false })
  }

  /** The page of the window opened last, once it is loaded. */
  async newest(): Promise<Page> {
    const newest = [...this.#windows.values()].at(-1)
    if (!newest) throw new Error('The app has no window.')
    return newest.loaded.promise
  }

  /** The facts of the windows that are open. */
  get facts(): WindowFacts[] {
    return [...this.#windows.values()].map(({ facts }) => facts)
  }

  async load(window: number, url: string): Promise<void> {
    const shown = this.#windows.get(window)!
    const page = await this.#context.newPage()
    shown.page = page
    this.#watch(page)
    const { width, height, preload } = shown.facts
    if (!page.viewportSize()) await page.setViewportSize({ width, height })
    await page.exposeBinding(bindings.ready, () => void (shown.ready = true))
    await page.exposeBinding(bindings.open, (_source, address: string) => this.#open(window, address))
    await page.exposeBinding(bindings.invoke, ({ frame }, channel: string, args: unknown[]) =>
      this.#main.call('invoke', window, channel, args, factsOf(frame)),
    )
    if (preload) {
      const chrome = this.#context.browser()?.version() ?? ''
      const versions = { electron: 'stand-in', chrome, node: process.versions.node }
      await page.addInitScript({ content: preloadScript(preload, versions) })
    }
    await this.#grant(window, url)
    await page.goto(twinOf(url))
    await this.#main.call('loaded', window)
    shown.loaded.resolve(page)
  }

  /**
   * Hands a message to a window's preload script; to one without a document nobody listens, as in Electron, and what is on its way
   * while a page is loaded anew is lost with the document it was for.
   */
  async send(window: number, channel: string, args: readonly unknown[]): Promise<void> {
    const shown = this.#windows.get(window)
    if (!shown?.ready || !shown.page || shown.page.isClosed()) return
    await this.#inPage(shown.page, 'deliver', channel, args).catch((error: unknown) => {
      if (!/Execution context was destroyed/.test(String(error))) throw error
    })
  }

  /** Tells every window where what is dragged next lies. */
  async announceDrag(paths: Readonly<Record<string, string>>): Promise<void> {
    for (const { page } of this.#windows.values()) if (page) await this.#inPage(page, 'dragged', paths)
  }

  async close(window: number): Promise<void> {
    const shown = this.#windows.get(window)
    this.#windows.delete(window)
    await shown?.page?.close()
  }

  async #inPage<Name extends keyof PageObject>(page: Page, name: Name, ...args: Parameters<PageObject[Name]>) {
    await page.evaluate(
      ([object, method, given]) =>
        (window as unknown as Record<string, Record<string, (...args: unknown[]) => void>>)[object]![method]!(...given),
      [PAGE_OBJECT, name, args as unknown[]] as const,
    )
  }

  /** Gives the page exactly the permissions that the main process grants. */
  async #grant(window: number, url: string): Promise<void> {
    const granted: string[] = []
    for (const [name, theirs] of Object.entries(permissions))
      if (await this.#main.call('mayUse', window, theirs)) granted.push(name)
    await this.#context.grantPermissions(granted, { origin: new URL(twinOf(url)).origin })
  }

  async #open(window: number, address: string): Promise<void> {
    if (await this.#main.call('mayOpen', window, appAddress(address)))
      this.#problem(`A new window was allowed for ${address}: the stand-in has none.`)
    this.refused.push(appAddress(address))
  }

  async #answer(route: Route, request: Request): Promise<void> {
    const url = appAddress(request.url())
    const window = this.#windowOf(request)
    if (request.isNavigationRequest() && !(await this.#mayShow(window, request, url))) return route.abort('aborted')
    if (!url.startsWith('app:')) {
      this.#problem(`A page asked for ${url}, which no scheme of the app answers.`)
      return route.abort('blockedbyclient')
    }
    const body = request.postDataBuffer()
    const headers = await request.allHeaders()
    const answer = await this.#main.call('scheme', { url, method: request.method(), headers, body })
    return route.fulfill({ ...answer, headers: { ...answer.headers }, body: Buffer.from(answer.body) })
  }

  /** Whether a window's page, or a frame in it, may go there: what the app itself loads it always may. */
  async #mayShow(window: number | null, request: Request, url: string): Promise<boolean> {
    if (window === null) {
      await this.#closePopup(request, url)
      return false
    }
    const frame = request.frame()
    const nested = frame.parentFrame() !== null
    const before = appAddress(frame.url())
    if (!nested && (before === 'about:blank' || before.split('#')[0] === url)) return true // loaded, or loaded again
    if (await this.#main.call('mayNavigate', window, url, nested)) return true
    this.refused.push(url)
    return false
  }

  /** A link that opens a new window has opened one already: what Electron would have asked before is asked now. */
  async #closePopup(request: Request, url: string): Promise<void> {
    const popup = this.#context.pages().find((page) => this.#numberOf(page) === null && !page.isClosed())
    // A link with rel=noopener does not tell its window, and shows its page late. Where there is one window, it is that one's.
    const only = this.#windows.size === 1 ? [...this.#windows.keys()][0]! : null
    const opener = this.#numberOf((await popup?.opener()) ?? null) ?? only
    if (!popup) this.#context.once('page', (late) => void late.close())
    if (opener !== null) await this.#open(opener, url)
    else this.#problem(`A page that is no window asked for ${request.url()}.`)
    await popup?.close()
    // Electron would have opened none: the window it was opened from never left the front. One behind draws a frame a second.
    if (opener !== null) await this.#windows.get(opener)?.page?.bringToFront()
  }

  #windowOf(request: Request): number | null {
    try {
      return this.#numberOf(request.frame().page())
    } catch {
      return null // a page that is only being made: none of ours
    }
  }

  #numberOf(page: Page | null): number | null {
    return [...this.#windows].find(([, shown]) => page !== null && shown.page === page)?.[0] ?? null
  }
}

const factsOf = (frame: Frame) => ({ url: appAddress(frame.url()), nested: frame.parentFrame() !== null })

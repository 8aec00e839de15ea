import type { BrowserContext, Page } from 'playwright-core'
import { engineOf } from './engine'
import { serve, type Served } from './server-shell'
import { type Look, PATIENCE, type Session, sharedBrowser, watch } from './shells'

/** A served lab and its pages. */
export interface ServerSession extends Session {
  readonly served: Served
  readonly context: BrowserContext
}

/** Serves a lab and opens its link in a browser profile of its own. */
export async function openServerSession(home: string, look: Look, own?: NodeJS.ProcessEnv): Promise<ServerSession> {
  const browser = await sharedBrowser()
  const served = await serve(home, 0, own)
  const context = await browser.newContext({ ...look })
  context.setDefaultTimeout(PATIENCE)
  const problems: string[] = []
  const newWindow = async (): Promise<Page> => {
    const page = await context.newPage()
    watch(page, problems)
    await page.goto(served.url)
    return page
  }
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    served.process.kill(signal)
    await served.ended
  }
  return {
    served,
    pid: served.process.pid!,
    enginePid: async () => engineOf(served.process.pid!),
    context,
    problems,
    page: await newWindow(),
    newWindow,
    announceDrag: async () => undefined,
    quit: async () => {
      await context.close()
      await end('SIGTERM')
    },
    close: async () => {
      await context.close()
      await end('SIGKILL')
    },
  }
}

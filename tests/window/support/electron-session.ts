import { basename } from 'node:path'
import type { Page } from 'playwright-core'
import { StandIn, type StandInOptions } from '../../electron-stand-in/host/stand-in'
import type { Question } from '../../electron-stand-in/messages'
import { engineOf } from './engine'
import { type Look, PATIENCE, type Session, sharedBrowser, watch } from './shells'

/** The built Electron shell on the stand-in. */
export interface StandInSession extends Session {
  readonly standIn: StandIn
}

const PAUSE_AND_QUIT = /pause and quit/i

/** What it is started with: another main bundle than this clone's, files to open. */
export type StandInStart = Pick<StandInOptions, 'main' | 'files'>

/**
 * Starts the built Electron shell on a lab's folder, in a browser profile of its own.
 * @param own environment in which the lab's folder is the person's own; it is named otherwise
 */
export async function openStandIn(
  home: string,
  look: Look,
  started: StandInStart,
  own?: NodeJS.ProcessEnv,
): Promise<StandInSession> {
  const browser = await sharedBrowser()
  const context = await browser.newContext({ viewport: null, ...look })
  context.setDefaultTimeout(PATIENCE)
  const problems: string[] = []
  const standIn = await StandIn.start({
    ...started,
    home,
    ...(own ? { own } : {}),
    appData: `${home}-electron`,
    context,
    watch: (page) => watch(page, problems),
    problem: (what) => problems.push(what),
  })
  if (standIn.pages.facts.length === 0)
    throw new Error(`The app showed no window:\n${standIn.said}\n${problems.join('\n')}`)
  const end = async (signal?: NodeJS.Signals): Promise<void> => {
    standIn.expectEnd()
    if (signal) standIn.process.kill(signal)
    await standIn.ended
    await context.close()
  }
  return {
    standIn,
    page: await standIn.pages.newest(),
    pid: standIn.process.pid!,
    enginePid: async () => engineOf(standIn.process.pid!),
    problems,
    announceDrag: (paths) =>
      standIn.pages.announceDrag(Object.fromEntries(paths.map((path) => [basename(path), path]))),
    newWindow: async () => openAnother(standIn),
    quit: async () => {
      standIn.answer = pauseAndQuit
      standIn.expectEnd()
      // The app may have ended before it could answer.
      await standIn.main.call('quit').catch(() => undefined)
      await end()
    },
    close: () => end('SIGKILL'),
  }
}

/** Presses the button that pauses what trains and quits. */
function pauseAndQuit(question: Question): number {
  const button = question.kind === 'message' ? question.buttons.findIndex((label) => PAUSE_AND_QUIT.test(label)) : -1
  if (button < 0) throw new Error(`A dialog nobody expected: ${JSON.stringify(question)}`)
  return button
}

/** Another window, by the menu. */
async function openAnother(standIn: StandIn): Promise<Page> {
  await standIn.main.call('pressMenu', ['File', 'New Window'])
  return standIn.pages.newest()
}

/** The shells a story runs on, and what is the same in all of them. */
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { describe, inject, it } from 'vitest'
import { openStandIn, type StandInSession, type StandInStart } from './electron-session'
import { openRealElectron } from './real-electron-session'
import { openServerSession, type ServerSession } from './server-session'

/** server: Chromium on `hrm-lab serve`; electron: the built main and preload on the stand-in; real-electron: as shipped. */
export type Shell = 'server' | 'electron' | 'real-electron'

/** How the window's page looks at the world. */
export type Look = Pick<BrowserContextOptions, 'viewport' | 'colorScheme' | 'reducedMotion' | 'forcedColors'>

/** A shell that runs, with its window open. */
export interface Session {
  readonly page: Page
  /** Of the process that holds the lab. */
  readonly pid: number
  /** Process id of its engine. @throws Error when it has none now */
  enginePid(): Promise<number>
  /** What went wrong in pages without anyone catching it. */
  readonly problems: string[]
  /** Opens another window on the same lab. */
  newWindow(): Promise<Page>
  /** Paths as a drag carries them, told to what in the shell stands for the operating system. */
  announceDrag(paths: readonly string[]): Promise<void>
  /** Ends as a person would, and waits for it. Does nothing when it has ended. */
  quit(): Promise<void>
  /** Ends at once what still runs. */
  close(): Promise<void>
}

/** Longest wait for anything that a page is to show, ms: only a failure, or a machine that does much else, takes it. */
export const PATIENCE = 120_000

let connected: Promise<Browser> | null = null
/** The suite's one browser. */
export const sharedBrowser = (): Promise<Browser> => (connected ??= chromium.connect(inject('browser')))

/**
 * Starts a shell on a lab's folder.
 * @param started how, on the stand-in
 * @param own environment in which the lab's folder is the person's own; it is named otherwise
 */
export function openSession(
  shell: Shell,
  home: string,
  look: Look = {},
  started: StandInStart = {},
  own?: NodeJS.ProcessEnv,
): Promise<Session> {
  if (shell === 'server') return openServerSession(home, look, own)
  return shell === 'electron'
    ? openStandIn(home, look, started, own)
    : openRealElectron(realElectron()!, home, look, own)
}

/** Path of a real Electron: ELECTRON_PATH, or the binary of npm's package where it was fetched; null when there is none. */
export function realElectron(): string | null {
  const chosen = process.env['ELECTRON_PATH']
  if (chosen) return chosen
  const folder = join(createRequire(import.meta.url).resolve('electron/package.json'), '..', 'dist')
  const names = { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }
  const path = join(folder, process.platform in names ? names[process.platform as keyof typeof names] : 'electron')
  return existsSync(path) ? path : null
}

/** Declares the same stories for every shell; a real Electron that is not there is one skipped test, with the reason. */
export function onEveryShell(stories: (shell: Shell) => void): void {
  describe('server', () => stories('server'))
  describe('electron', () => stories('electron'))
  describe('real electron', () => {
    if (realElectron()) return stories('real-electron')
    return it('runs the same stories', ({ skip }) =>
      skip('no Electron binary here: fetch it with `npx install-electron`, or name one in ELECTRON_PATH'))
  })
}

/** What only the server has. */
export const asServer = (session: Session): ServerSession => session as ServerSession
/** What only the stand-in has. */
export const asStandIn = (session: Session): StandInSession => session as StandInSession

/**
 * Takes the problems so far that a story provoked.
 * @throws Error when there is none that matches
 */
export function provoked(session: Session, pattern: RegExp): void {
  const { problems } = session
  const others = problems.filter((problem) => !pattern.test(problem))
  if (others.length === problems.length) throw new Error(`Nothing was reported that matches ${pattern}.`)
  problems.splice(0, problems.length, ...others)
}

/** Collects what a page throws or reports as an error, content security violations included. */
export function watch(page: Page, problems: string[]): void {
  page.on('pageerror', (error) => problems.push(`page error: ${error.stack ?? error.message}`))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(`console: ${message.text()}`)
  })
}

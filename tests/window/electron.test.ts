/** What only the Electron shell has: its guards, its menu, its dialogs. On the stand-in. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { expect, it } from 'vitest'
import { CONTENT_SECURITY_POLICY } from '../../src/shared/contract/security'
import type { MenuEntry, Recorded } from '../electron-stand-in/messages'
import { StandIn } from '../electron-stand-in/host/stand-in'
import { temporaryFolder } from './support/folders'
import { openLab, type TestLab } from './support/lab'
import { trainingInQueue } from './support/places'
import { asStandIn, provoked, sharedBrowser } from './support/shells'
import { ENDLESS, SHORT, startTiny, storedState } from './support/trainings'

const standInOf = (lab: TestLab) => asStandIn(lab.session).standIn

/** Calls the lab over the preload script's own line, as a page or frame that found it would. */
const forge = (page: Page, frame: 'page' | 'frame within') =>
  page.evaluate(async (where) => {
    const own = window as unknown as Record<string, (channel: string, args: unknown[]) => Promise<unknown>>
    let target = own
    if (where === 'frame within') {
      const element = document.body.appendChild(document.createElement('iframe'))
      target = element.contentWindow as unknown as typeof own
    }
    return target['__electronStandInInvoke']!('lab:request', ['lab.state', {}]).then(
      () => 'answered',
      (error: unknown) => String(error),
    )
  }, frame)

/** Starts it a second time on the lab that is open, which ends at once. */
async function startAgain(lab: TestLab, files: readonly string[]): Promise<void> {
  const context = await (await sharedBrowser()).newContext()
  const problems: string[] = []
  const second = await StandIn.start({
    ...{ files, home: lab.home, appData: `${lab.home}-electron`, context },
    watch: () => undefined,
    problem: (what) => problems.push(what),
  })
  expect(await second.ended).toBe(0)
  expect(second.said).toContain('open already')
  expect(problems).toEqual([expect.stringMatching(/^The app ended with 0/)])
  await context.close()
}

it('shows the window isolated and sandboxed, with the security policy on what it serves', async () => {
  const lab = await openLab({ shell: 'electron' })
  const [facts] = standInOf(lab).pages.facts
  expect(facts!.preferences).toMatchObject({ contextIsolation: true, sandbox: true, nodeIntegration: false })
  const header = (address: string) =>
    lab.page.evaluate(async (path) => (await fetch(path)).headers.get('content-security-policy'), address)
  expect(await header('/')).toBe(CONTENT_SECURITY_POLICY)
  expect(await header('/not-there.js')).toBe(CONTENT_SECURITY_POLICY)
  // And the page is bound by it: no inline script, no other host.
  await lab.page.evaluate(async () => {
    const violations: string[] = []
    Object.assign(window, { violations })
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective))
    document.body.appendChild(document.createElement('script')).textContent = 'window.inline = true'
    await fetch('https://example.com/').catch(() => undefined)
  })
  const violations = () => lab.page.evaluate(() => (window as unknown as { violations: string[] }).violations)
  await expect.poll(violations).toEqual(['script-src-elem', 'connect-src'])
  expect(await lab.page.evaluate(() => 'inline' in window)).toBe(false)
  provoked(lab.session, /Content Security Policy|404/)
})

it('keeps what it offers the page from being changed, and offers nothing of Node', async () => {
  const lab = await openLab({ shell: 'electron' })
  const found = await lab.page.evaluate(() => {
    const { lab: offered } = window as unknown as { lab: Record<string, unknown> }
    const globals = ['require', 'process', 'module', 'Buffer', 'electron'].filter((name) => name in window)
    return { frozen: Object.isFrozen(offered), names: Object.keys(offered).sort(), globals }
  })
  expect(found.frozen).toBe(true)
  expect(found.globals).toEqual([])
  expect(found.names).toContain('request')
})

it('answers only the page of its own window', async () => {
  const lab = await openLab({ shell: 'electron' })
  expect(await forge(lab.page, 'page')).toBe('answered')
  expect(await forge(lab.page, 'frame within')).toMatch(/may not talk to the lab/)
  const { main, said } = standInOf(lab)
  const foreign = main.call('invoke', 1, 'lab:request', ['lab.state', {}], {
    url: 'https://example.com/',
    nested: false,
  })
  await expect(foreign).rejects.toThrow(/may not talk to the lab/)
  expect(said).toContain('refused a message on lab:request')
  expect(standInOf(lab).said).toContain('its page is https://example.com/')
})

it('denies permissions but the one to copy text', async () => {
  const lab = await openLab({ shell: 'electron' })
  const states = await lab.page.evaluate(() =>
    Promise.all(
      ['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read', 'clipboard-write'].map(
        async (name) => {
          const { state } = await navigator.permissions.query({ name: name as PermissionName })
          return [name, state === 'granted']
        },
      ),
    ),
  )
  const granted = states.filter(([, state]) => state).map(([name]) => name)
  expect(granted).toEqual(['clipboard-write'])
})

it('leaves its page for no other, and opens no window but in the person’s browser, asked first', async () => {
  const lab = await openLab({ shell: 'electron' })
  const { pages, recorded } = standInOf(lab)
  const { standIn } = asStandIn(lab.session)
  standIn.answer = (question) => (question.kind === 'message' ? question.cancel : [])
  await lab.page.evaluate(() => window.location.assign('https://example.com/elsewhere'))
  await expect.poll(() => pages.refused).toContain('https://example.com/elsewhere')
  expect(await lab.page.evaluate(() => window.open('https://example.com/popup') === null)).toBe(true)
  await lab.page.evaluate(() => void window.open('https://arxiv.org/abs/2510.03598'))
  await expect.poll(() => pages.refused.length).toBe(3)
  standIn.answer = (question) => (question.kind === 'message' ? question.buttons.indexOf('Open') : [])
  await lab.page.evaluate(() => void window.open('https://example.com/wanted'))
  await lab.page.evaluate(() => void window.open('file:///etc/passwd'))
  const opened = (): string[] => recorded.flatMap((entry) => (entry.kind === 'open-external' ? [entry.url] : []))
  await expect.poll(opened).toEqual(['https://arxiv.org/abs/2510.03598', 'https://example.com/wanted'])
  const asked = standIn.asked.flatMap((question) => (question.kind === 'message' ? question.detail : []))
  expect(asked).toEqual(['https://example.com/popup', 'https://example.com/wanted'])
  await lab.page.getByRole('heading', { level: 1, name: 'Runs' }).waitFor()
})

it('has a native menu whose commands reach the window', async () => {
  const lab = await openLab({ shell: 'electron' })
  const { main } = standInOf(lab)
  const all = (entries: readonly MenuEntry[]): MenuEntry[] => entries.flatMap((entry) => [entry, ...all(entry.entries)])
  const keys = all(await main.call('menu')).flatMap(({ accelerator }) => accelerator ?? [])
  expect(keys).toEqual(expect.arrayContaining(['CmdOrCtrl+N', 'CmdOrCtrl+K', 'CmdOrCtrl+O', 'CmdOrCtrl+1']))
  expect(new Set(keys).size).toBe(keys.length)
  await main.call('pressMenu', ['View', 'Engine'])
  await lab.page.getByRole('heading', { level: 1, name: 'Engine' }).waitFor()
  await main.call('pressMenu', ['File', 'New Experiment'])
  await lab.page.getByRole('heading', { level: 1, name: 'New experiment' }).waitFor()
})

it('asks before it quits while a run trains, and does what is answered', async () => {
  const lab = await openLab({ shell: 'electron', beginning: 'shapes' })
  const { standIn } = asStandIn(lab.session)
  const id = await startTiny(lab, 'long one', ENDLESS)
  await trainingInQueue(lab.page, 'long one').waitFor()
  standIn.answer = (question) => (question.kind === 'message' ? question.cancel : [])
  await standIn.main.call('close', 1)
  await expect.poll(() => standIn.asked.length).toBe(1)
  expect(standIn.asked[0]).toMatchObject({ kind: 'message', buttons: ['Pause and Quit', 'Keep Going', 'Cancel'] })
  expect(standIn.process.exitCode).toBeNull()
  expect(storedState(lab, id)).toBe('running')

  await lab.quit() // answers “Pause and Quit”
  expect(standIn.asked).toHaveLength(2)
  expect(storedState(lab, id)).toBe('paused')
  await lab.restart()
  await trainingInQueue(lab.page, 'long one').waitFor()
})

it('brings the window of the first start forward when it is started again on the same lab', async () => {
  const lab = await openLab({ shell: 'electron' })
  const { recorded } = standInOf(lab)
  await startAgain(lab, [])
  await expect.poll(() => recorded.map(({ kind }) => kind)).toContain('window-focused')
})

it('takes in a bundle that it is started with, that a second start brings, or that the system asks it to open', async () => {
  const folder = await temporaryFolder()
  const paths = ['first', 'second', 'asked'].map((name) => join(folder, `${name}.hrmlab`))
  for (const path of paths) await writeFile(path, 'no zip')
  const [first, second, asked] = paths as [string, string, string]
  const lab = await openLab({ shell: 'electron', started: { files: [first] } })
  const refused = (name: string) => lab.page.getByText(`${name}.hrmlab is not a whole zip`).first().waitFor()
  await refused('first')
  await startAgain(lab, [pathToFileURL(second).href])
  await refused('second')
  await standInOf(lab).main.call('openFile', asked)
  await refused('asked')
})

it('keeps the machine awake while a run trains, and notifies its end to someone who looks elsewhere', async () => {
  const lab = await openLab({ shell: 'electron', beginning: 'shapes' })
  const { main, recorded } = standInOf(lab)
  await main.call('setFocus', 1, false)
  await startTiny(lab, 'short one', SHORT)
  const of = <Kind extends Recorded['kind']>(kind: Kind) =>
    recorded.filter((entry): entry is Extract<Recorded, { kind: Kind }> => entry.kind === kind)
  await expect.poll(() => of('notification')).toHaveLength(1)
  expect(of('notification')[0]).toMatchObject({ title: 'short one has finished' })
  await expect.poll(() => of('sleep-allowed').map(({ id }) => id)).toEqual(of('sleep-blocked').map(({ id }) => id))
  const shares = of('progress-bar').map(({ share }) => share)
  expect(shares.some((share) => share > 0 && share <= 1)).toBe(true)
  expect(shares.at(-1)).toBe(-1)

  await main.call('pressNotification', of('notification')[0]!.id)
  await lab.page.getByRole('heading', { level: 1, name: 'short one' }).waitFor()
})

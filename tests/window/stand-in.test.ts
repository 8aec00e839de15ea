/** The stand-in for Electron itself: nothing passes by not being there. */
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { StandIn } from '../electron-stand-in/host/stand-in'
import { temporaryFolder, writeFiles } from './support/folders'
import { sharedBrowser } from './support/shells'

const begin = `import { app, BrowserWindow, protocol } from 'electron'
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } },
])
await app.whenReady()
const answer = (text, type) => new Response(text, { headers: { 'content-type': type } })
`
const showPage = `protocol.handle('app', () => answer('<h1>page</h1>', 'text/html'))
new BrowserWindow({ webPreferences: {} }).loadURL('app://lab/')
`

/** Runs a main process on the stand-in. @returns it, and what it did wrong */
async function run(code: string): Promise<{ standIn: StandIn; problems: string[]; end(): Promise<void> }> {
  const folder = await temporaryFolder()
  await writeFiles(folder, { 'main.mjs': code })
  const context = await (await sharedBrowser()).newContext()
  const problems: string[] = []
  const standIn = await StandIn.start({
    main: join(folder, 'main.mjs'),
    home: folder,
    appData: join(folder, 'data'),
    context,
    watch: () => undefined,
    problem: (what) => problems.push(what),
  })
  const end = async (): Promise<void> => {
    standIn.expectEnd()
    standIn.process.kill('SIGKILL')
    await standIn.ended
    await context.close()
  }
  return { standIn, problems, end }
}

it('fails what touches a member that it lacks, also where the error is caught', async () => {
  const { problems, end } = await run(`${begin}${showPage}try { app.getGPUInfo('basic') } catch {}`)
  await end()
  expect(problems).toEqual(['The Electron stand-in has no app.getGPUInfo.'])
})

it('does not start what imports a part that it lacks', async () => {
  const { problems, end } = await run(`import { Tray } from 'electron'\nnew Tray('x.png')`)
  await end()
  expect(problems).toEqual([expect.stringMatching(/does not provide an export named 'Tray'/)])
})

it('fails a page that asks for what no scheme answers', async () => {
  const { standIn, problems, end } = await run(`${begin}${showPage}`)
  const page = await standIn.pages.newest()
  const fetched = await page.evaluate(() =>
    fetch('https://example.com/').then(
      () => 'answered',
      () => 'refused',
    ),
  )
  await end()
  expect(fetched).toBe('refused')
  expect(problems).toEqual([expect.stringContaining('https://example.com/')])
})

it('allows what the main process does not refuse: permissions, other pages', async () => {
  const { standIn, end } = await run(`${begin}${showPage}`)
  expect(await standIn.main.call('mayUse', 1, 'geolocation')).toBe(true)
  expect(await standIn.main.call('mayOpen', 1, 'https://example.com/')).toBe(true)
  expect(await standIn.main.call('mayNavigate', 1, 'https://example.com/', false)).toBe(true)
  await end()
})

it('says that the process has ended to what is asked before its line is seen to be cut', async () => {
  const { standIn, end } = await run(`${begin}${showPage}`)
  standIn.process.kill('SIGKILL')
  // Nothing is taken from the line until then: only writing to it can tell.
  const dead = performance.now() + 500
  while (performance.now() < dead);
  await expect(standIn.main.call('mayUse', 1, 'geolocation')).rejects.toThrow(/other process has ended/)
  await end()
})

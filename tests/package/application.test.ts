/**
 * The application that `npm run package` made, all but Electron's binary: its archive and the files beside it are laid out as
 * Electron sees them, and run on the stand-in, by someone whose machine has nothing of the lab.
 */
import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openLab } from '../window/support/lab'
import { SHORT, startTiny, storedState } from '../window/support/trainings'

const resources = resolve('out/package/linux-unpacked/resources')
let folder: string
/** The application's own folder. */
let app: string

beforeAll(async () => {
  const archive = join(resources, 'app.asar')
  if (!existsSync(archive)) throw new Error(`${archive} is not there: npm run package -- --dir`)
  folder = await mkdtemp(join(tmpdir(), 'hrm-lab-application-'))
  app = join(folder, 'resources', 'app')
  await mkdir(join(folder, 'resources'))
  const builder = createRequire(resolve('scripts/package/package.json'))
  const { extractAll } = builder('@electron/asar') as { extractAll(archive: string, folder: string): void }
  extractAll(archive, app)
  await symlink(join(resources, 'engines'), join(folder, 'resources', 'engines'))
  process.env['HRM_LAB_CACHE'] = join(folder, 'cache')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

it('holds what it runs on, and neither tests nor another Node', () => {
  for (const needed of [
    'out/main/index.js',
    'out/preload/index.cjs',
    'out/renderer/index.html',
    'resources/engine.lock.json',
  ])
    expect(existsSync(join(app, needed)), needed).toBe(true)
  for (const left of ['node_modules/electron', 'node_modules/vitest', `node_modules/node-linux-${process.arch}`, 'src'])
    expect(existsSync(join(app, left)), left).toBe(false)
})

it('says what it lacks when it was built without Electron', async ({ skip }) => {
  const program = resolve('out/package/linux-unpacked/hrm-lab')
  if (!(await readFile(program, { encoding: 'latin1' })).startsWith('#!/bin/sh')) skip('it holds Electron’s own binary')
  expect(() => execFileSync(program, { stdio: 'pipe' })).toThrow(/without Electron's binary/)
})

it('shows its window and trains by the engine it carries', async () => {
  const started = { main: join(app, 'out', 'main', 'index.js') }
  const lab = await openLab({ shell: 'electron', beginning: 'shapes', started })
  await lab.page.getByRole('link', { name: 'Runs' }).first().waitFor()
  const run = await startTiny(lab, 'packaged', SHORT)
  await expect.poll(() => storedState(lab, run)).toBe('finished')
  const engine = await lab.ask('engine.describe', {})
  expect(engine).toMatchObject({ ready: true, cacheFolder: join(folder, 'cache') })
  const cached = join(folder, 'cache', 'engine')
  const key = (await readdir(cached)).find((name) => name.startsWith('tensorflow-'))!
  const record = JSON.parse(await readFile(join(cached, key, 'installed.json'), 'utf8')) as { folder?: string }
  expect(record.folder).toBe(join(folder, 'resources', 'engines', 'engine', key))
})

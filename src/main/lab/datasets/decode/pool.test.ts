import type * as childProcess from 'node:child_process'
import { spawn, type ChildProcess } from 'node:child_process'
import { rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { constants, getPriority } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { beforeEach, expect, test, vi } from 'vitest'
import { temporaryFolder, twoClasses, writeTree } from '../../../../../tests/fixtures/data'
import { cleanTemporary } from '../disk'
import { importDataSet } from '../import'
import { typeScriptHook } from './process'

/** Decode processes of the test; `watch` may look at what each one is sent. */
const children: ChildProcess[] = []
let watch: (child: ChildProcess, message: { jobs?: readonly { slot: number }[] }) => void = () => {}

vi.mock('node:child_process', async (original) => {
  const real = await original<typeof childProcess>()
  const fork = (...args: Parameters<typeof real.fork>): ChildProcess => {
    const child = real.fork(...args)
    const send = child.send.bind(child) as (message: unknown, done: (error: Error | null) => void) => boolean
    child.send = ((message: { jobs?: [] }, done: (error: Error | null) => void) => {
      const sent = send(message, done)
      watch(child, message)
      return sent
    }) as typeof child.send
    children.push(child)
    return child
  }
  return { ...real, fork }
})

let top: string
beforeEach(async () => {
  top = await temporaryFolder()
  children.length = 0
  await writeTree(join(top, 'p'), await twoClasses(40))
})

test('a decode process that dies is replaced and nothing is lost', async () => {
  let killed = false
  watch = (child, { jobs }) => {
    if (jobs && !killed) killed = child.kill('SIGKILL')
  }
  const { report } = await importDataSet({ path: join(top, 'p'), dataSetsFolder: join(top, 'sets') })
  expect(killed).toBe(true)
  expect(report.skipped).toEqual([])
  expect(report.classes.map((c) => c.train + c.test)).toEqual([40, 40])
})

test('while something more important works, one process of low priority decodes; then all do', async () => {
  let busy = true
  const priorities: number[] = []
  watch = (child, { jobs }) => {
    if (!jobs) return
    priorities.push(getPriority(child.pid))
    if (priorities.length === 2) busy = false
  }
  const options = { path: join(top, 'p'), dataSetsFolder: join(top, 'sets') }
  const { report } = await importDataSet(options, { yielding: () => busy })
  expect(report.classes.map((c) => c.train + c.test)).toEqual([40, 40])
  const lowered = Math.max(getPriority(), constants.priority.PRIORITY_BELOW_NORMAL)
  expect(priorities.slice(0, 2)).toEqual([lowered, lowered])
  expect(priorities[2]).toBe(getPriority())
})

test('a folder that goes meanwhile ends the import, and nothing of it stays', async () => {
  watch = (_child, { jobs }) => {
    if (jobs) rmSync(join(top, 'p', 'red'), { recursive: true, force: true })
  }
  await expect(importDataSet({ path: join(top, 'p'), dataSetsFolder: join(top, 'sets') })).rejects.toMatchObject({
    kind: 'not-found',
    message: expect.stringMatching(/red.\d+\.png was there when the import began, and is gone now/),
  })
  expect(await readdir(join(top, 'sets'))).toEqual([])
})

test('an image that kills every process is skipped alone', async () => {
  watch = (child, { jobs }) => {
    if (jobs?.some((job) => job.slot === 7)) child.kill('SIGKILL')
  }
  const { report } = await importDataSet({ path: join(top, 'p'), dataSetsFolder: join(top, 'sets') })
  expect(report.skipped).toEqual([
    { path: 'blue/007.png', reason: expect.stringContaining('the decoder broke down on it') },
  ])
  expect(report.classes.map((c) => c.train + c.test)).toEqual([39, 40])
})

test('no decode process outlives a cancelled import', async () => {
  const abort = new AbortController()
  watch = (_, { jobs }) => {
    if (jobs) abort.abort(new Error('cancelled'))
  }
  await expect(
    importDataSet({ path: join(top, 'p'), dataSetsFolder: join(top, 'sets') }, { signal: abort.signal }),
  ).rejects.toThrow('cancelled')
  await vi.waitFor(() => expect(children.every((c) => c.exitCode !== null || c.signalCode !== null)).toBe(true), 5000)
  expect(children.length).toBeGreaterThan(0)
})

test('a killed import leaves a temporary folder only, which cleaning removes, and no process', async () => {
  const module = fileURLToPath(new URL('../import.ts', import.meta.url))
  const sets = join(top, 'sets')
  const script = `const { importDataSet } = await import(${JSON.stringify(module)})
await importDataSet(${JSON.stringify({ path: join(top, 'p'), dataSetsFolder: sets })}, { onProgress: ({ phase }) => { if (phase === 'decoding') process.kill(process.pid, 'SIGKILL') } })`
  const lab = spawn(process.execPath, [...typeScriptHook, '--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [signal] = await new Promise<[string | null]>((resolve) => lab.on('exit', (_, by) => resolve([by])))
  expect(signal).toBe('SIGKILL')
  // The decode processes share the lab's output; it closes when the last of them is gone.
  if (!lab.stdout.readableEnded)
    await Promise.race([
      new Promise((resolve) => lab.on('close', resolve)),
      delay(10_000, null, { ref: false }).then(() => Promise.reject(new Error('a decode process lives on'))),
    ])
  expect(await readdir(sets)).toEqual([expect.stringMatching(/^\.importing-/)])
  expect(await cleanTemporary(sets)).toBe(1)
  expect(await readdir(sets)).toEqual([])
})

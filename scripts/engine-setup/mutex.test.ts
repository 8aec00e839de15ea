import { mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync, existsSync, readdirSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { exclusively } from './mutex.mjs'

let folder: string
let file: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hrm-lab-mutex-'))
  file = join(folder, 'test.lock')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The id of a process that has ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid

it('lets one at a time in, and leaves nothing behind', async () => {
  let inside = 0
  const work = async () => {
    expect(++inside).toBe(1)
    await delay(20)
    inside--
  }
  await Promise.all([exclusively(file, work), exclusively(file, work), exclusively(file, work)])
  expect(readdirSync(folder)).toEqual([])
})

it('tells once whom it waits for', async () => {
  const onWait = vi.fn()
  const first = exclusively(file, () => delay(1_000))
  await exclusively(file, async () => {}, { onWait })
  await first
  expect(onWait.mock.calls).toEqual([[process.pid]])
})

it('gives the lock back when the work fails', async () => {
  await expect(exclusively(file, () => Promise.reject(new Error('failed')))).rejects.toThrow('failed')
  expect(existsSync(file)).toBe(false)
})

it('takes over from a process that died', async () => {
  writeFileSync(file, `${deadPid()} ${hostname()} token`)
  const onWait = vi.fn()
  expect(await exclusively(file, async () => 'done', { onWait })).toBe('done')
  expect(onWait).not.toHaveBeenCalled()
})

it('takes over a lock that nobody touches, whoever has its process id now', async () => {
  writeFileSync(file, `${process.pid} another-host token`)
  const longAgo = new Date(Date.now() - 120_000)
  utimesSync(file, longAgo, longAgo)
  expect(await exclusively(file, async () => 'done')).toBe('done')
})

it('does not take over a lock of another host that is touched', async () => {
  writeFileSync(file, `${deadPid()} another-host token`)
  const controller = new AbortController()
  const waiting = exclusively(file, async () => 'done', { signal: controller.signal })
  await delay(700)
  controller.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('enough')
  expect(readFileSync(file, 'utf8')).toContain('another-host')
})

it('lets only one of many take over from a dead one', async () => {
  writeFileSync(file, `${deadPid()} ${hostname()} token`)
  let inside = 0
  await Promise.all(
    Array.from({ length: 8 }, () =>
      exclusively(file, async () => {
        expect(++inside).toBe(1)
        await delay(5)
        inside--
      }),
    ),
  )
})

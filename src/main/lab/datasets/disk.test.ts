import { mkdir, readdir, utimes } from 'node:fs/promises'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../../../tests/fixtures/data'
import { cleanTemporary, makeTemporary, requireRoom, storageError } from './disk'

test('too little room is told before anything is written', async () => {
  await expect(requireRoom('/data/sets', 5e8, async () => 2e6)).rejects.toMatchObject({
    kind: 'storage',
    message: 'No room on the disk of /data/sets: the import needs 500 MB, 2.0 MB are free.',
    hint: expect.stringContaining('Free some room'),
  })
  await requireRoom('/data/sets', 5e8, async () => 6e8)
})

test('a disk that fills up, or is read-only, gives an error with a way out; others pass', async () => {
  const folder = await temporaryFolder()
  const failure = (code: string): Error => Object.assign(new Error(code), { code })
  expect(await storageError(failure('ENOSPC'), folder, 5e8)).toMatchObject({
    kind: 'storage',
    message: expect.stringContaining(`No room on the disk of ${folder}: the import needs 500 MB`),
  })
  expect(await storageError(failure('EROFS'), folder, 1)).toMatchObject({
    kind: 'storage',
    message: `${folder} cannot be written: its file system is read-only.`,
  })
  const other = failure('EINVAL')
  expect(await storageError(other, folder, 1)).toBe(other)
})

test('cleaning removes what dead processes left, and nothing else', async () => {
  const folder = await temporaryFolder()
  const dead = spawnSync(process.execPath, ['-e', '']).pid
  await mkdir(join(folder, `.importing-${dead}-abc`, 'deep'), { recursive: true })
  await mkdir(join(folder, 'mnist-0123456789ab'))
  const alive = await makeTemporary(folder)
  expect(await cleanTemporary(folder)).toBe(1)
  expect((await readdir(folder)).length).toBe(2)
  const longAgo = new Date(Date.now() - 3 * 24 * 3600 * 1000)
  await utimes(alive, longAgo, longAgo)
  expect(await cleanTemporary(folder)).toBe(1)
  expect(await readdir(folder)).toEqual(['mnist-0123456789ab'])
  expect(await cleanTemporary(join(folder, 'not there'))).toBe(0)
})

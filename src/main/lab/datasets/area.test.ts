/** The area of data sets as a window uses it: requests in, replies and events out. */
import { mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { idxSet, picture, twoClasses, writeTree } from '../../../../tests/fixtures/data'
import {
  contract,
  type RequestArguments,
  type RequestName,
  type RequestResult,
} from '../../../shared/contract/contract'
import type { LabEvent } from '../../../shared/contract/events'
import { importReport, manifest, newRun, temporaryFolder } from '../../store/testing/fixtures'
import { Lab } from '../lab'
import { RunningLab } from '../running-lab'
import { publicSets } from './public/catalog'
import { fileServer, publishedFile, type FileServer } from './public/testing/file-server'

let home: string
let lab: Lab
let running: RunningLab
let seen: LabEvent[]

beforeEach(() => {
  home = temporaryFolder()
  lab = Lab.open({ home })
  running = new RunningLab(lab, { kind: 'cpu', backend: 'tensorflow', threads: null })
  seen = []
  running.events.subscribe(({ events }) => seen.push(...events))
})
afterEach(() => running.close())

/** Asks as a window does, and holds the answer to the contract. */
async function ask<Name extends RequestName>(name: Name, given: RequestArguments<Name>): Promise<RequestResult<Name>> {
  const reply = await running.dispatch(name, given)
  if (!reply.ok) throw Object.assign(new Error(reply.error.message), reply.error)
  expect(contract[name].result.safeParse(reply.value).error?.issues ?? [], name).toEqual([])
  return reply.value as RequestResult<Name>
}

type End = Extract<LabEvent, { kind: 'import-end' }>

/** Waits for the end of an import. */
const ended = (number: number): Promise<End['outcome']> =>
  vi.waitFor(
    () => {
      const end = seen.find((event): event is End => event.kind === 'import-end' && event.import === number)
      if (!end) throw new Error('it goes on')
      return end.outcome
    },
    { timeout: 20_000, interval: 20 },
  )

async function importPath(path: string): Promise<string> {
  const outcome = await ended((await ask('dataSets.import', { path, choices: {} })).import)
  if (!outcome.ok) throw new Error(outcome.message)
  return outcome.dataSet
}

describe('a public data set', () => {
  let server: FileServer
  beforeEach(async () => {
    const files = Object.fromEntries(
      Object.entries(idxSet(200, 40)).map(([name, content]) => [`${name}.gz`, gzipSync(content, { level: 0 })]),
    )
    server = await fileServer(files)
    const published = Object.entries(files).map(([name, content]) => publishedFile(server, name, content))
    const fashion = publicSets.find(({ key }) => key === 'fashion-mnist')!
    const own = { height: 3, width: 2, classes: 3, classNames: ['shirt', 'shoe', 'bag'], files: published }
    lab.dataSets.publicSets = [publicSets[0]!, { ...fashion, ...own }]
    lab.dataSets.bringing = { waitsMs: [1], environment: {} }
  })
  const offered = async () => (await ask('dataSets.public', {})).find(({ key }) => key === 'fashion-mnist')!
  const download = async (): Promise<number> =>
    (await ask('dataSets.download', { key: 'fashion-mnist', choices: {} })).import

  it('is downloaded, imported under its names, and its files are deleted', async () => {
    server.next.push({ cutAfter: 100 })
    const emit = vi.spyOn(running.events, 'emit')
    expect(await offered()).toMatchObject({ state: 'downloadable', here: null, partBytes: 0 })
    const outcome = await ended(await download())
    expect(outcome).toMatchObject({ ok: true, existed: false })
    const { here, bytes } = await offered()
    const { dataSet } = await ask('dataSets.get', { id: here! })
    expect(dataSet.manifest).toMatchObject({
      ...{ name: 'fashion-mnist', classes: ['shirt', 'shoe', 'bag'], known: null },
      source: { path: 'fashion-mnist', reader: 'idx' },
    })
    expect(dataSet.bytes).toBeGreaterThan(240 * 6)
    expect(await readdir(join(home, 'downloads'))).toEqual([])
    const told = emit.mock.calls.flatMap(([event]) => (event.kind === 'import-progress' ? [event] : []))
    expect([...new Set(told.map(({ phase }) => phase))]).toEqual(['downloading', 'inspecting', 'reading', 'writing'])
    expect(told.findLast(({ phase }) => phase === 'downloading')).toMatchObject({
      path: 'fashion-mnist',
      done: bytes,
      total: bytes,
    })
    const asked = server.asked.length
    expect(await ended(await download())).toMatchObject({ ok: true, existed: true, dataSet: here })
    expect(server.asked.length).toBe(asked)
  })

  it('keeps what came when it is cancelled, tells how much, and forgets it when told to', async () => {
    server.next.push({ stallAfter: 300 })
    const number = await download()
    await vi.waitFor(async () =>
      expect(await ask('dataSets.imports', {})).toEqual([
        expect.objectContaining({ import: number, path: 'fashion-mnist', phase: 'downloading', done: 300 }),
      ]),
    )
    await expect(ask('dataSets.discardDownload', { key: 'fashion-mnist' })).rejects.toThrow('is being downloaded')
    const second = await ended(await download())
    expect(second).toMatchObject({ ok: false, message: 'Fashion-MNIST is being downloaded already.' })
    await ask('dataSets.cancelImport', { import: number })
    expect(await ended(number)).toMatchObject({ ok: false, cancelled: true })
    expect((await offered()).partBytes).toBe(300)
    await ask('dataSets.discardDownload', { key: 'fashion-mnist' })
    expect((await offered()).partBytes).toBe(0)
  })

  it('is not begun without room on the disk', async () => {
    lab.dataSets.bringing = { freeBytes: async () => 1000 }
    expect(await ended(await download())).toMatchObject({
      ok: false,
      message: expect.stringMatching(
        /^No room on the disk of .*: the download needs .* MB, 0\.0 MB are free\.$/,
      ) as string,
    })
    expect(server.asked).toEqual([])
  })

  it('that cannot be had says where from and how by hand', async () => {
    server.next.push({ status: 404 })
    expect(await ended(await download())).toMatchObject({
      ok: false,
      cancelled: false,
      message: `${server.origin}/train-images-idx3-ubyte.gz cannot be downloaded: the server answers 404.`,
      hint: expect.stringContaining('drop it on the window') as string,
    })
  })
})

describe('a preview', () => {
  const png = async (token: string, picture: number) =>
    sharp(await running.images(`preview/${token}/${picture}.png`))
      .raw()
      .toBuffer({ resolveWithObject: true })

  it('shows ten images as the import makes them, and what a sample has', async () => {
    const path = join(home, 'photos')
    await writeTree(path, {
      ...(await twoClasses(20)),
      'red/bad.png': 'no image',
      'blue/large.png': await picture('blue', 1, 90),
    })
    const choices = { size: 16, fit: 'pad', background: 'black' } as const
    const { preview, ...found } = await ask('dataSets.preview', { path, choices })
    expect(found).toMatchObject({
      prepared: { height: 16, width: 16, channels: 3 },
      problems: [{ path: 'red/bad.png', reason: expect.stringContaining('not an image of a known format') as string }],
      sample: { images: 41, width: { min: 8, median: 8, max: 90 }, colour: 41, gray: 0, transparent: 0 },
    })
    expect(found.images.length).toBeGreaterThanOrEqual(9)
    expect(new Set(found.images.map(({ className }) => className))).toEqual(new Set(['red', 'blue']))
    const outcome = await ended((await ask('dataSets.import', { path, choices })).import)
    const id = outcome.ok ? outcome.dataSet : ''
    const { images } = await ask('dataSets.images', { id, label: null, part: null, offset: 0, limit: 100 })
    for (const [n, { name }] of found.images.entries()) {
      const image = images.find((candidate) => candidate.name === name)!
      const stored = await sharp(await running.images(`${id}/${image.id}.png`))
        .raw()
        .toBuffer()
      const shown = await png(preview, n)
      expect(shown.info).toMatchObject({ width: 16, height: 16, channels: 3 })
      expect(shown.data.equals(stored), name).toBe(true)
    }
  })

  it('of records takes many classes, at any size', async () => {
    const path = join(home, 'idx')
    await writeTree(path, idxSet(30, 5))
    const { preview, images, prepared, sample } = await ask('dataSets.preview', { path, choices: { size: 6 } })
    expect([images.length, prepared, sample]).toEqual([10, { height: 6, width: 6, channels: 1 }, null])
    expect(new Set(images.map(({ label }) => label))).toEqual(new Set([0, 1, 2]))
    expect((await png(preview, 9)).info).toMatchObject({ width: 6, height: 6 })
  })

  it('says why there is none', async () => {
    const path = join(home, 'bad')
    await writeTree(path, { 'a/1.png': 'x', 'b/1.png': '' })
    await expect(ask('dataSets.preview', { path, choices: {} })).rejects.toThrow(
      /^None of the images looked at in .*bad can be used \(a\/1\.png: not an image of a known format/,
    )
    await expect(ask('dataSets.preview', { path: join(home, 'none'), choices: {} })).rejects.toThrow('does not exist')
  })

  it('ends when a newer one is asked for', async () => {
    const path = join(home, 'idx')
    await writeTree(path, idxSet(9, 3))
    const first = ask('dataSets.preview', { path, choices: {} })
    const second = ask('dataSets.preview', { path, choices: { size: 8 } })
    await expect(first).rejects.toMatchObject({ kind: 'superseded' })
    expect((await second).prepared.height).toBe(8)
  })
})

describe('an image', () => {
  it('tells its file and its duplicates, and so does the report', async () => {
    const path = join(home, 'given')
    const same = await picture('green', 3)
    await writeTree(path, {
      ...(await twoClasses(5, 'wrapped/')),
      ...{ 'wrapped/red/x.png': same, 'wrapped/blue/y.png': same, 'wrapped/red/note.txt': 'text' },
    })
    const id = await importPath(path)
    const { report } = await ask('dataSets.get', { id })
    expect(report.skipped).toEqual([
      expect.objectContaining({ path: 'wrapped/red/note.txt', file: join(path, 'wrapped/red/note.txt') }),
    ])
    const [group] = report.duplicates
    expect(group?.names.toSorted()).toEqual(['blue/y.png', 'red/x.png'])
    const facts = await ask('dataSets.image', { id, image: group!.images[0]! })
    expect(facts).toMatchObject({
      name: group!.names[0],
      duplicates: [{ id: group!.images[1], name: group!.names[1] }],
      source: { file: join(path, 'wrapped', facts.name), place: path, note: null },
    })
    await rm(facts.source.file!)
    expect((await ask('dataSets.image', { id, image: facts.id })).source).toMatchObject({
      file: null,
      note: 'Its file is no longer there.',
    })
    await expect(ask('dataSets.image', { id, image: 99 })).rejects.toMatchObject({ hint: 'Image ids go from 0 to 11.' })
  })
})

describe('the trash', () => {
  it('is emptied of what no run uses, and the bytes are free', async () => {
    newRun(lab.store)
    const path = join(home, 'given')
    await writeTree(path, idxSet(30, 6))
    const id = await importPath(path)
    const folder = lab.dataSets.folder(lab.dataSets.get(id))
    const { bytes, trashed } = (await ask('dataSets.list', { trashed: false })).find((set) => set.id === id)!
    expect([bytes > 36 * 6, trashed]).toEqual([true, false])
    await expect(ask('dataSets.delete', { id: 'digits' })).rejects.toThrow('1 runs were trained on the data set digits')
    await ask('dataSets.trash', { id })
    await ask('dataSets.trash', { id: 'digits' })
    expect((await ask('dataSets.list', { trashed: true })).map((set) => [set.id, set.trashed])).toContainEqual([
      id,
      true,
    ])
    expect(await ask('dataSets.emptyTrash', {})).toEqual({
      deleted: 1,
      bytes,
      kept: [{ id: 'digits', name: 'digits', runs: 1 }],
    })
    await expect(stat(folder)).rejects.toThrow('ENOENT')
    expect((await ask('dataSets.list', { trashed: true })).map((set) => set.id)).toEqual(['digits'])
    await ask('dataSets.restore', { id: 'digits' })
    expect(await importPath(path)).toBe(id)
  })

  it('shows the report of a data set whose files are gone, saying so', async () => {
    lab.store.dataSets.insert({ id: 'digits', folder: 'datasets/digits', manifest: manifest(), report: importReport })
    const { dataSet, report } = await ask('dataSets.get', { id: 'digits' })
    expect(dataSet.bytes).toBe(0)
    expect(report.duplicates[0]?.images).toEqual([])
    expect(report.notes.at(-1)).toMatch(/index\.json cannot be used \(ENOENT\)/)
  })
})

describe('a folder', () => {
  it('lists folders and what can be imported, not what is hidden', async () => {
    const path = join(home, 'browse')
    await writeTree(path, {
      'b/x.png': 'x',
      'a/x.png': 'x',
      '.hidden/x': 'x',
      'set.zip': 'zip',
      'text.doc': 'x',
      'train-labels-idx1-ubyte.gz': 'x',
    })
    const { entries, ...rest } = await ask('files.list', { path })
    expect(rest).toEqual({ path, parent: home, home: homedir(), more: 0 })
    expect(entries.map(({ name, kind, bytes }) => [name, kind, bytes])).toEqual([
      ['a', 'folder', null],
      ['b', 'folder', null],
      ['set.zip', 'file', 3],
      ['train-labels-idx1-ubyte.gz', 'file', 1],
    ])
    expect(entries[0]?.path).toBe(join(path, 'a'))
    expect((await ask('files.list', { path: null })).path).toBe(homedir())
  })

  it('that cannot be read says why', async () => {
    await writeFile(join(home, 'file'), 'x')
    await mkdir(join(home, 'empty'))
    await expect(ask('files.list', { path: join(home, 'none') })).rejects.toMatchObject({ kind: 'not-found' })
    await expect(ask('files.list', { path: join(home, 'file') })).rejects.toThrow('is a file, not a folder')
    expect((await ask('files.list', { path: join(home, 'empty') })).entries).toEqual([])
    expect((await ask('files.list', { path: '/' })).parent).toBeNull()
  })
})

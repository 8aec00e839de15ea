import { afterEach, describe, expect, it, vi } from 'vitest'
import { sampleRun } from '../dev/samples'
import { FakeClient } from '../transport/fake'
import { describeDrag } from './drop-description'
import { chosenFiles, walkEntries } from './drop-files'
import { commonPlace } from './drop-paths'
import { Drop } from './drop.svelte'
import type { FileBridge } from './drop.svelte'
import { Lab } from './lab.svelte'
import { router } from './router.svelte'

const file = (name: string, bytes = 1): File => new File([new Uint8Array(bytes)], name)
const fileEntry = (name: string, error?: DOMException): FileSystemEntry =>
  ({
    isFile: true,
    isDirectory: false,
    name,
    file: (done: (file: File) => void, failed: (error: DOMException) => void) =>
      error ? failed(error) : done(file(name)),
  }) as unknown as FileSystemEntry
/** A folder whose reader gives its children in pieces of `piece`, as browsers do. */
const folderEntry = (name: string, children: readonly FileSystemEntry[], piece = 100): FileSystemEntry =>
  ({
    isFile: false,
    isDirectory: true,
    name,
    createReader: () => {
      let at = 0
      return { readEntries: (done: (batch: unknown) => void) => done(children.slice(at, (at += piece))) }
    },
  }) as unknown as FileSystemEntry
const goneFolder = (name: string): FileSystemEntry =>
  ({
    isFile: false,
    isDirectory: true,
    name,
    createReader: () => ({
      readEntries: (_: unknown, failed: (error: DOMException) => void) =>
        failed(new DOMException('gone', 'NotFoundError')),
    }),
  }) as unknown as FileSystemEntry

describe('what a drop would do', () => {
  const files = (...types: string[]): Parameters<typeof describeDrag>[0] => ({
    types: ['Files'],
    items: types.map((type) => ({ kind: 'file', type })),
  })
  it('counts items and kinds, without a word about contents', () => {
    expect(describeDrag(files('', 'image/png', 'image/jpeg', 'application/zip', 'text/plain'))).toEqual({
      usable: true,
      title: 'Import as a data set',
      detail:
        '5 items: 1 folder or data file, 2 images, 1 archive, 1 other file. What is inside is looked at after the drop.',
    })
  })
  it('does without counts where the browser gives none', () => {
    expect(describeDrag(files()).detail).toBe('What is inside is looked at after the drop.')
  })
  it('says that text and links cannot be used', () => {
    const items = [{ kind: 'string', type: 'text/uri-list' }]
    expect(describeDrag({ types: ['text/uri-list'], items }).usable).toBe(false)
  })
})

describe('walkEntries', () => {
  it('finds every file of nested folders that come in pieces, with its path', async () => {
    const many = Array.from({ length: 250 }, (_, i) => fileEntry(`${i}.png`))
    const top = folderEntry('pets', [folderEntry('cat', many, 100), fileEntry('readme.txt'), folderEntry('empty', [])])
    const told: number[] = []
    const { files, unreadable } = await walkEntries([top, fileEntry('loose.png')], (count) => told.push(count))
    expect(files).toHaveLength(252)
    expect(files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['pets/cat/249.png', 'pets/readme.txt', 'loose.png']),
    )
    expect(unreadable).toEqual([])
    expect(told.at(-1)).toBe(252)
    expect(told.length).toBeGreaterThan(3)
  })
  it('lists what vanished or cannot be read, and goes on', async () => {
    const gone = fileEntry('gone.png', new DOMException('gone', 'NotFoundError'))
    const locked = fileEntry('locked.png', new DOMException('no permission', 'NotReadableError'))
    const found = await walkEntries([folderEntry('a', [gone, locked, fileEntry('b.png')]), goneFolder('c')])
    expect(found.files.map(({ path }) => path)).toEqual(['a/b.png'])
    expect(found.unreadable).toEqual(
      expect.arrayContaining([
        { path: 'a/gone.png', reason: 'it was gone when it was read' },
        { path: 'a/locked.png', reason: 'the browser cannot read it (no permission)' },
        { path: 'c', reason: 'it was gone when it was read' },
      ]),
    )
  })
  it('ends when it is cancelled', async () => {
    const controller = new AbortController()
    const top = folderEntry('a', [fileEntry('1'), fileEntry('2'), fileEntry('3')], 1)
    await expect(walkEntries([top], () => controller.abort(), controller.signal)).rejects.toThrow()
  })
})

it('keeps the paths of a chosen folder', () => {
  const inFolder = Object.assign(file('1.png'), {})
  Object.defineProperty(inFolder, 'webkitRelativePath', { value: 'pets/cat/1.png' })
  expect(chosenFiles([inFolder, file('2.png')]).files.map(({ path }) => path)).toEqual(['pets/cat/1.png', '2.png'])
})

it('looks at the one thing dropped, or at the folder that holds several', () => {
  expect(commonPlace(['/home/a/pets'])).toEqual({ path: '/home/a/pets' })
  expect(commonPlace(['/home/a/pets/cat', '/home/a/pets/dog'])).toMatchObject({ path: '/home/a/pets' })
  expect(commonPlace(['/home/a/pets/cat', '/home/a/more/x/dog'])).toEqual({
    path: '/home/a',
    note: expect.stringContaining('2 items'),
  })
  expect(commonPlace(['/a', '/b'])).toMatchObject({ path: '/' })
  expect(commonPlace(['C:\\pets\\cat', 'C:\\pets\\dog'])).toMatchObject({ path: 'C:\\pets' })
})

describe('Drop', () => {
  const drag = (types: string[], files: File[] = [], entries: FileSystemEntry[] = []): DragEvent =>
    ({
      target: null,
      preventDefault: vi.fn(),
      dataTransfer: {
        types,
        files,
        items: files.map((entry, i) => ({
          kind: 'file',
          type: entry.type,
          webkitGetAsEntry: () => entries[i] ?? null,
        })),
        dropEffect: 'none',
      },
    }) as unknown as DragEvent
  const make = (bridge: FileBridge | null = null): { lab: Lab; drop: Drop } => {
    const lab = new Lab(new FakeClient())
    vi.spyOn(lab.imports, 'take').mockResolvedValue()
    return { lab, drop: new Drop(lab, bridge) }
  }

  it('takes a drag anywhere and says what a drop will do until it leaves', () => {
    const { drop } = make()
    const event = drag(['Files'], [file('a')])
    drop.hover(event)
    expect(event.preventDefault).toHaveBeenCalled()
    expect(drop.over?.title).toBe('Import as a data set')
    drop.dropped(drag(['Files'], [file('a')], [fileEntry('a')]))
    expect(drop.over).toBeNull()
  })
  it('tells that text holds nothing, and imports nothing', () => {
    const { lab, drop } = make()
    drop.dropped(drag(['text/plain']))
    expect(lab.messages.shown[0]?.text).toContain('Nothing here can be imported')
    expect(lab.imports.take).not.toHaveBeenCalled()
  })
  it('leaves drags that began in the window alone', () => {
    const { drop } = make()
    const target = new EventTarget()
    const stop = drop.start(target)
    target.dispatchEvent(new Event('dragstart'))
    drop.hover(drag(['Files'], [file('a')]))
    expect(drop.over).toBeNull()
    target.dispatchEvent(new Event('dragend'))
    drop.hover(drag(['Files'], [file('a')]))
    expect(drop.over).not.toBeNull()
    stop()
  })
  it('in Electron hands on the path', () => {
    const { lab, drop } = make({
      pathOf: ({ name }) => `/home/a/${name}`,
      chooseFolder: () => Promise.resolve('/chosen'),
      chooseFile: () => Promise.resolve(null),
    })
    drop.dropped(drag(['Files'], [file('pets')]))
    expect(lab.imports.take).toHaveBeenCalledWith({ path: '/home/a/pets' })
  })
  it('in a browser walks what was dropped and hands on an upload', async () => {
    const { lab, drop } = make()
    drop.dropped(drag(['Files'], [file('pets')], [folderEntry('pets', [fileEntry('1.png'), fileEntry('2.png')])]))
    await vi.waitFor(() => expect(lab.imports.take).toHaveBeenCalled())
    const [source] = vi.mocked(lab.imports.take).mock.calls[0]!
    expect('upload' in source && [source.upload.name, source.upload.totalFiles]).toEqual(['pets', 2])
  })
  describe('on the page of a run', () => {
    const png = new File([new Uint8Array(4)], 'cat.png', { type: 'image/png' })
    const onRun = (bytes: number): { lab: Lab; drop: Drop } => {
      const made = make()
      made.lab.runs.put(sampleRun(1, { name: 'mine', bytes }))
      router.current = { view: 'run', id: 'run-1' }
      vi.spyOn(made.lab.classify, 'take').mockResolvedValue()
      return made
    }
    afterEach(() => (router.current = { view: 'runs' }))

    it('classifies one image, and says so before the button is released', () => {
      const { lab, drop } = onRun(1000)
      drop.hover(drag(['Files'], [png]))
      expect(drop.over).toMatchObject({ usable: true, classifies: true, title: 'Classify with this run' })
      drop.dropped(drag(['Files'], [png], [fileEntry('cat.png')]))
      expect(lab.classify.take).toHaveBeenCalledWith('run-1', png)
      expect(lab.imports.take).not.toHaveBeenCalled()
    })
    it('says in a line that the run has no weights yet', () => {
      const { lab, drop } = onRun(0)
      drop.hover(drag(['Files'], [png]))
      expect(drop.over?.usable).toBe(false)
      drop.dropped(drag(['Files'], [png], [fileEntry('cat.png')]))
      expect(lab.messages.shown[0]?.text).toContain('This run has no weights yet. mine can classify')
      expect(lab.classify.take).not.toHaveBeenCalled()
    })
    it.each([
      ['a folder', [file('pets')], [folderEntry('pets', [fileEntry('1.png')])]],
      ['two images', [png, png], [fileEntry('1.png'), fileEntry('2.png')]],
      ['a folder whose name looks like an image’s', [png], [folderEntry('cat.png', [fileEntry('1.png')])]],
    ])('imports %s', async (_, files, entries) => {
      const { lab, drop } = onRun(1000)
      drop.dropped(drag(['Files'], files, entries))
      await vi.waitFor(() => expect(lab.imports.take).toHaveBeenCalled())
      expect(lab.classify.take).not.toHaveBeenCalled()
    })
    it('imports one image’s file where the import sheet is shown', () => {
      const { lab, drop } = onRun(1000)
      lab.imports.open = true
      drop.hover(drag(['Files'], [png]))
      expect(drop.over?.title).toBe('Import as a data set')
    })
  })
  it('says so when there is no file in what was dropped', async () => {
    const { lab, drop } = make()
    drop.dropped(drag(['Files'], [file('pets')], [folderEntry('pets', [folderEntry('cat', [])])]))
    await vi.waitFor(() => expect(lab.messages.shown[0]?.text).toContain('There are no files in pets'))
    expect(drop.reading).toBeNull()
  })
})

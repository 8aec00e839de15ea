import { symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { temporaryFolder, twoClasses, writeTree, zip } from '../../../../../tests/fixtures/data'
import { inspect } from '../inspect'
import { openSource } from '../open-source'
import type { ImageSource } from '../source'

const png = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')

/** Opens the same files as a folder and as a zip; both must tell the same. */
async function openBoth(files: Record<string, Uint8Array | string>): Promise<ImageSource> {
  const top = await temporaryFolder()
  await writeTree(join(top, 'data/'), files)
  await writeFile(join(top, 'data.zip'), zip(files))
  const [folder, archive] = (await Promise.all([openSource(join(top, 'data')), openSource(join(top, 'data.zip'))])) as [
    ImageSource,
    ImageSource,
  ]
  const tell = ({ name, classes, files: own, notes, skipped }: ImageSource): unknown => ({
    name,
    classes,
    notes,
    skipped: [...skipped].sort((a, b) => (a.path < b.path ? -1 : 1)),
    files: own.map((f) => [f.name, f.path, f.label, f.part]),
  })
  expect(tell(archive)).toEqual(tell(folder))
  return folder
}

async function refused(
  files: Record<string, Uint8Array | string>,
  message: string | RegExp,
  hint: string,
): Promise<void> {
  const top = await temporaryFolder()
  await writeTree(join(top, 'data/'), { './': '', ...files })
  await writeFile(join(top, 'data.zip'), zip(files))
  for (const path of ['data', 'data.zip'])
    await expect(openSource(join(top, path))).rejects.toMatchObject({
      name: 'LabError',
      kind: 'bad-input',
      message: expect.stringMatching(message),
      hint: expect.stringContaining(hint),
    })
}

describe('class folders', () => {
  test.skipIf(process.platform === 'win32')('may be links to folders; a link into nothing is skipped', async () => {
    const top = await temporaryFolder()
    await writeTree(join(top, 'elsewhere'), await twoClasses(2))
    await writeTree(join(top, 'data/'), { './': '' })
    for (const name of ['red', 'blue']) await symlink(join(top, 'elsewhere', name), join(top, 'data', name))
    await symlink(join(top, 'none'), join(top, 'elsewhere/red/broken.png'))
    const { classes, files, skipped } = (await openSource(join(top, 'data'))) as ImageSource
    expect([classes, files.length]).toEqual([['blue', 'red'], 4])
    expect(skipped).toEqual([{ path: 'red/broken.png', reason: 'a broken link or special file' }])
  })

  test('class/image: sorted by code units, classes too', async () => {
    const source = await openBoth({
      'b/2.png': png,
      'b/10.png': png,
      'B2/x.png': png,
      'a b/x.png': png,
      'a/é.png': png,
    })
    expect(source.classes).toEqual(['B2', 'a', 'a b', 'b'])
    expect(source.files.map((f) => f.name)).toEqual(['B2/x.png', 'a/é.png', 'a b/x.png', 'b/10.png', 'b/2.png'])
    expect(source.files.every((f) => f.part === 'train')).toBe(true)
  })

  test('train, valid and test folders under wrapping folders, other files beside them', async () => {
    const source = await openBoth({
      'v1/README.md': 'x',
      'v1/Examples/one.png': png,
      'v1/set/Train/a/1.png': png,
      'v1/set/Train/b/1.png': png,
      'v1/set/valid/a/2.png': png,
      'v1/set/TEST/a/3.png': png,
      'v1/set/TEST/b/3.png': png,
      '__MACOSX/v1/._x.png': png,
      'v1/.DS_Store': 'x',
    })
    expect(source.files.map((f) => [f.name, f.part])).toEqual([
      ['Train/a/1.png', 'train'],
      ['Train/b/1.png', 'train'],
      ['valid/a/2.png', 'validation'],
      ['TEST/a/3.png', 'test'],
      ['TEST/b/3.png', 'test'],
    ])
    expect(source.notes).toEqual(['Beside the class folders, left out: v1/README.md, v1/Examples/ (1 file).'])
  })

  test('what is no image, deeper or packed is skipped with its reason; a picture without extension is taken', async () => {
    const source = await openBoth({
      'a/1.png': png,
      'a/2': png,
      'a/notes.txt': 'text',
      'a/more.zip': zip({ 'x.png': png }),
      'a/deep/3.png': png,
      'a/page': '<!DOCTYPE html><html></html>',
      'b/1.png': png,
    })
    expect(source.files.map((f) => f.name)).toEqual(['a/1.png', 'a/2', 'b/1.png'])
    expect(Object.fromEntries(source.skipped.map((s) => [s.path, s.reason]))).toEqual({
      'a/notes.txt': expect.stringContaining('not an image of a known format'),
      'a/more.zip': expect.stringContaining('an archive, not an image: unpack it'),
      'a/deep/3.png': expect.stringContaining('move it up'),
      'a/page': expect.stringContaining('a web page (HTML)'),
    })
  })

  test('inspect tells what is there before an import', async () => {
    const top = await temporaryFolder()
    await writeTree(top, await twoClasses(3))
    expect(await inspect(top)).toMatchObject({
      reader: 'folder',
      classes: [
        { name: 'blue', train: 3, validation: 0, test: 0 },
        { name: 'red', train: 3, validation: 0, test: 0 },
      ],
      images: 6,
      native: null,
      hasTest: false,
    })
  })

  test('bad input: empty folder', () => refused({}, /is empty: there is no image in it/, 'one folder per class'))
  test('bad input: no images', () =>
    refused(
      { 'a/x.txt': 'x' },
      /holds 1 files, but no class folders with images \(a\/x\.txt: not an image/,
      'one folder per class',
    ))
  test('bad input: images without class folders', () =>
    refused({ 'x.png': png }, /holds 1 images, but no class folders/, 'one folder per class'))
  test('bad input: parts without class folders', () =>
    refused(
      { 'train/x.png': png, 'test/y.png': png },
      /has test and train with images directly inside/,
      'one folder per class',
    ))
  test('bad input: one class only', () =>
    refused({ 'cat/x.png': png }, /has one class only, “cat”/, 'one folder per class'))
  test('bad input: a class folder without images', () =>
    refused(
      { 'a/x.png': png, 'b/x.png': png, 'c/y.txt': 'x' },
      /the class folder c has no readable training image/,
      'remove the folder',
    ))
  test('bad input: two classes that differ only in case', () =>
    refused(
      { 'train/Cat/x.png': png, 'train/b/x.png': png, 'test/cat/x.png': png },
      /“Cat” and “cat”/,
      'Rename or merge',
    ))
  test('bad input: a class only in the test part', () =>
    refused(
      { 'train/a/x.png': png, 'train/b/x.png': png, 'test/c/x.png': png },
      /class “c” in its test part/,
      'Add training images',
    ))

  test('bad input: a zip with names that lead out, a zip cut short', async () => {
    const top = await temporaryFolder()
    const whole = zip({ 'a/x.png': png, '../../evil.png': png })
    await writeTree(top, {
      'evil.zip': whole,
      'short.zip': whole.subarray(0, whole.length - 30),
      'abs.zip': zip({ '/etc/x.png': png }),
    })
    await expect(openSource(join(top, 'evil.zip'))).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringMatching(/evil\.zip holds “\.\.\/\.\.\/evil\.png”, a name that leads out of the archive/),
      hint: expect.stringContaining('import the folder'),
    })
    await expect(openSource(join(top, 'abs.zip'))).rejects.toMatchObject({
      message: expect.stringContaining('“/etc/x.png”'),
    })
    await expect(openSource(join(top, 'short.zip'))).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringContaining('short.zip is not a whole zip archive'),
      hint: expect.stringContaining('Fetch or pack it again'),
    })
  })
})

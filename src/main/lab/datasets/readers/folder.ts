/** Class folders, in a folder or a zip, as a source of image files. */
import { basename } from 'node:path'
import { LabError } from '../../../../shared/errors'
import type { PartName } from '../../../../shared/data/dataset'
import { byCodeUnits, type ImageFile, type ImageSource } from '../source'
import { findLayout, folderNodes, imageCount, partOfFolder, type FolderNode, type Layout } from './layout'
import { folderTree, zipTree } from './tree'

const hintLayout =
  'Put the images into one folder per class (class/image.jpg, or train/class/image.jpg and test/class/image.jpg).'
const partOrder: readonly PartName[] = ['train', 'validation', 'test']

/**
 * Opens class folders. Nothing is decoded yet.
 * @throws LabError: no images, no class folders, one class only, a class without images, two classes that differ only in
 * case, a class that is not in the training part.
 */
export async function openFolder(path: string, zip: boolean): Promise<ImageSource> {
  const top = folderNodes(zip ? await zipTree(path) : await folderTree(path))
  const layout = findLayout(top)
  if (!layout) throw noClasses(path, top)
  const classes = classNames(path, layout)
  const skipped: { path: string; reason: string }[] = []
  const files: (ImageFile & { bytes: number })[] = []
  for (const { folder, part } of layout.classFolders) {
    const label = classes.indexOf(folder.name.normalize('NFC'))
    for (const file of folder.files) {
      const name = file.path.slice(layout.base.path === '' ? 0 : layout.base.path.length + 1).normalize('NFC')
      if (file.reason !== null) skipped.push({ path: file.path, reason: file.reason })
      else files.push({ name, path: file.path, label, part, location: file.location, bytes: file.bytes })
    }
    for (const below of folder.folders) skipDeeper(below, skipped)
  }
  files.sort(
    (a, b) => partOrder.indexOf(a.part) - partOrder.indexOf(b.part) || a.label - b.label || byCodeUnits(a.name, b.name),
  )
  return {
    kind: 'images',
    reader: 'folder',
    path,
    name: basename(path).replace(/\.zip$/i, ''),
    classes,
    bytes: files.reduce((sum, f) => sum + f.bytes, 0),
    notes: leftOut(top, layout),
    skipped,
    files,
  }
}

function skipDeeper(folder: FolderNode, skipped: { path: string; reason: string }[]): void {
  for (const file of folder.files)
    skipped.push({
      path: file.path,
      reason: file.reason ?? 'it lies in a folder inside a class folder: move it up into the class folder',
    })
  for (const below of folder.folders) skipDeeper(below, skipped)
}

/** Checks the class folders and returns the class names, sorted by code units. */
function classNames(path: string, layout: Layout): string[] {
  const within = layout.base.path ? `${path} (in ${layout.base.path})` : path
  const names = [...new Set(layout.classFolders.map((c) => c.folder.name.normalize('NFC')))].sort(byCodeUnits)
  const byFolded = new Map<string, string>()
  for (const name of names) {
    const folded = name.toLowerCase()
    const other = byFolded.get(folded)
    if (other !== undefined)
      throw new LabError(
        'bad-input',
        `${within} has two classes that differ only in case: “${other}” and “${name}”.`,
        'Rename or merge the folders: many file systems cannot tell them apart.',
      )
    byFolded.set(folded, name)
  }
  if (names.every((n) => partOfFolder(n) !== null))
    throw new LabError(
      'bad-input',
      `${within} has ${names.join(' and ')} with images directly inside, but no class folders.`,
      hintLayout,
    )
  if (names.length === 1)
    throw new LabError(
      'bad-input',
      `${within} has one class only, “${names[0]}”; a model needs at least two to tell apart.`,
      hintLayout,
    )
  for (const name of names) {
    const ofClass = layout.classFolders.filter((c) => c.folder.name.normalize('NFC') === name)
    if (!ofClass.some((c) => c.part === 'train'))
      throw new LabError(
        'bad-input',
        `${within} has class “${name}” in its ${ofClass[0]!.part} part, but not in its training part.`,
        'Add training images of that class, or remove its folder.',
      )
    if (!ofClass.some((c) => c.part === 'train' && imageCount(c.folder) > 0))
      throw classWithoutImages(path, ofClass[0]!.folder.path, null)
  }
  return names
}

/** The error for a class none of whose images can be used. `example`: one of its files with the reason it was skipped. */
export function classWithoutImages(
  source: string,
  folder: string,
  example: { path: string; reason: string } | null,
): LabError {
  return new LabError(
    'bad-input',
    `${source}: the class folder ${folder} has no readable training image${example ? ` (${example.path}: ${example.reason})` : ''}.`,
    'Put readable images into it, or remove the folder, and import again.',
  )
}

function noClasses(path: string, top: FolderNode): LabError {
  const count = (folder: FolderNode): number =>
    folder.files.length + folder.folders.reduce((sum, f) => sum + count(f), 0)
  const total = count(top)
  if (total === 0) return new LabError('bad-input', `${path} is empty: there is no image in it.`, hintLayout)
  if (imageCount(top) > 0)
    return new LabError('bad-input', `${path} holds ${imageCount(top)} images, but no class folders.`, hintLayout)
  const example = firstFile(top)!
  return new LabError(
    'bad-input',
    `${path} holds ${total} files, but no class folders with images (${example.path}: ${example.reason ?? 'not in a class folder'}).`,
    hintLayout,
  )
}

function firstFile(folder: FolderNode): FolderNode['files'][number] | null {
  return folder.files[0] ?? folder.folders.map(firstFile).find((f) => f !== null) ?? null
}

/** One line on what lies beside the class folders and was not taken. */
function leftOut(top: FolderNode, layout: Layout): string[] {
  const taken = new Set(layout.classFolders.map((c) => c.folder))
  const groups: string[] = []
  const count = (folder: FolderNode): number =>
    folder.files.length + folder.folders.reduce((sum, f) => sum + count(f), 0)
  const holds = (folder: FolderNode): boolean => taken.has(folder) || folder.folders.some(holds)
  const visit = (folder: FolderNode): void => {
    groups.push(...folder.files.map((f) => f.path))
    for (const below of folder.folders)
      if (taken.has(below)) continue
      else if (holds(below)) visit(below)
      else if (count(below) > 0)
        groups.push(`${below.path}/ (${count(below)} ${count(below) === 1 ? 'file' : 'files'})`)
  }
  visit(top)
  if (groups.length === 0) return []
  const shown = groups.slice(0, 8).join(', ')
  return [`Beside the class folders, left out: ${shown}${groups.length > 8 ? ` and ${groups.length - 8} more` : ''}.`]
}

/** Finds the class folders in a tree: `class/image` or `train|test|val/class/image`, under any wrapping folders. */
import type { PartName } from '../../../../shared/data/dataset'
import { byCodeUnits } from '../source'
import type { Tree, TreeFile } from './tree'

const partFolders: Readonly<Record<string, PartName>> = {
  train: 'train',
  training: 'train',
  test: 'test',
  testing: 'test',
  val: 'validation',
  valid: 'validation',
  validation: 'validation',
}

/** The part that a folder's name stands for, or null. */
export function partOfFolder(name: string): PartName | null {
  return partFolders[name.toLowerCase()] ?? null
}

/** A folder of the tree. */
export interface FolderNode {
  readonly name: string
  readonly path: string
  readonly folders: FolderNode[]
  readonly files: TreeFile[]
}

/** Where the classes are. */
export interface Layout {
  /** The folder that holds the classes, or the part folders. */
  readonly base: FolderNode
  /** Class folders with the part they belong to; empty ones too. */
  readonly classFolders: readonly { readonly folder: FolderNode; readonly part: PartName }[]
}

/** Makes the tree's folders into nodes and returns the top one. */
export function folderNodes(tree: Tree): FolderNode {
  const top: FolderNode = { name: '', path: '', folders: [], files: [] }
  const nodes = new Map([['', top]])
  const node = (path: string): FolderNode => {
    const known = nodes.get(path)
    if (known) return known
    const cut = path.lastIndexOf('/')
    const made: FolderNode = { name: path.slice(cut + 1), path, folders: [], files: [] }
    nodes.set(path, made)
    node(cut < 0 ? '' : path.slice(0, cut)).folders.push(made)
    return made
  }
  for (const folder of [...tree.folders].sort(byCodeUnits)) node(folder)
  for (const file of tree.files) node(file.path.slice(0, Math.max(0, file.path.lastIndexOf('/')))).files.push(file)
  return top
}

/** Images directly in a folder. */
export function imageCount(folder: FolderNode): number {
  return folder.files.filter((f) => f.image).length
}

const isClass = (folder: FolderNode): boolean => imageCount(folder) > 0

/** Whether a folder beside classes counts as an empty class: it has neither images nor folders of its own. */
const isEmptyClass = (folder: FolderNode): boolean => imageCount(folder) === 0 && folder.folders.length === 0

/**
 * Finds where the class folders are: of all folders whose subfolders hold images directly (or that hold part folders
 * which do), the one with the most images; two or more classes go before one, the higher place before the deeper.
 * Null when no folder qualifies.
 */
export function findLayout(top: FolderNode): Layout | null {
  let best: { layout: Layout; rank: readonly [number, number] } | null = null
  const visit = (folder: FolderNode): void => {
    for (const layout of [splitLayout(folder), plainLayout(folder)]) {
      if (!layout) continue
      const full = layout.classFolders.filter((c) => isClass(c.folder))
      const classes = new Set(full.map((c) => c.folder.name)).size
      const rank = [classes > 1 ? 1 : 0, full.reduce((sum, c) => sum + imageCount(c.folder), 0)] as const
      if (!best || rank[0] > best.rank[0] || (rank[0] === best.rank[0] && rank[1] > best.rank[1]))
        best = { layout, rank }
    }
    for (const below of folder.folders) visit(below)
  }
  visit(top)
  return (best as { layout: Layout } | null)?.layout ?? null
}

function plainLayout(base: FolderNode): Layout | null {
  if (!base.folders.some(isClass)) return null
  return {
    base,
    classFolders: base.folders
      .filter((f) => isClass(f) || isEmptyClass(f))
      .map((folder) => ({ folder, part: 'train' })),
  }
}

function splitLayout(base: FolderNode): Layout | null {
  const parts = base.folders.flatMap((folder) => {
    const part = partOfFolder(folder.name)
    return part && folder.folders.some(isClass) ? [{ folder, part }] : []
  })
  if (!parts.some((p) => p.part === 'train') || parts.length < 2) return null
  return {
    base,
    classFolders: parts.flatMap(({ folder, part }) =>
      folder.folders.filter((f) => isClass(f) || isEmptyClass(f)).map((f) => ({ folder: f, part })),
    ),
  }
}

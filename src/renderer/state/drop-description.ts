import { formatCount } from '../../shared/charts/format'

/** The part of a DataTransfer that may be read while something is dragged: kinds and types, never contents or names. */
export interface DragData {
  readonly types: readonly string[]
  readonly items: ArrayLike<{ readonly kind: string; readonly type: string }>
}

/** What a drop would do, said before the button is released. */
export interface DropDescription {
  readonly usable: boolean
  readonly title: string
  readonly detail: string
  /** The image is classified; nothing is imported. */
  readonly classifies?: true
}

/** Says what a drop of this would do. */
export function describeDrag({ types, items }: DragData): DropDescription {
  if (!types.includes('Files'))
    return {
      usable: false,
      title: 'Nothing here can be imported',
      detail: 'Text and links hold no images. Drop a folder of images, a zip or data files.',
    }
  const files = Array.from(items).filter(({ kind }) => kind === 'file')
  const title = 'Import as a data set'
  // Some browsers tell only that there are files.
  if (files.length === 0) return { usable: true, title, detail: 'What is inside is looked at after the drop.' }
  const count = `${formatCount(files.length)} ${files.length === 1 ? 'item' : 'items'}`
  return { usable: true, title, detail: `${count}: ${kindsOf(files)}. What is inside is looked at after the drop.` }
}

/** Whether this is one image file and nothing else, as far as its type tells. */
export function isLoneImage({ types, items }: DragData): boolean {
  const files = Array.from(items).filter(({ kind }) => kind === 'file')
  return types.includes('Files') && files.length === 1 && kindOf(files[0]!.type) === 'image'
}

/** Says what a drop of one image does on the page of a run. @param run `bytes`: those of its weights on the disk */
export const describeClassify = ({
  name,
  bytes,
}: {
  readonly name: string
  readonly bytes: number
}): DropDescription =>
  bytes > 0
    ? {
        usable: true,
        classifies: true,
        title: 'Classify with this run',
        detail: `${name} tells what it takes the image for. Drop a folder to import it as a data set.`,
      }
    : {
        usable: false,
        title: 'This run has no weights yet',
        detail: `${name} can classify an image once it has kept a checkpoint. Drop a folder to import it as a data set.`,
      }

const words = {
  folder: ['folder or data file', 'folders or data files'],
  image: ['image', 'images'],
  archive: ['archive', 'archives'],
  other: ['other file', 'other files'],
} as const

function kindsOf(files: readonly { readonly type: string }[]): string {
  const counts = { folder: 0, image: 0, archive: 0, other: 0 }
  for (const { type } of files) counts[kindOf(type)]++
  return (Object.keys(counts) as (keyof typeof counts)[])
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${formatCount(counts[kind])} ${words[kind][counts[kind] === 1 ? 0 : 1]}`)
    .join(', ')
}

/** A folder has no type, and neither has a file whose ending the system does not know. */
function kindOf(type: string): keyof typeof words {
  if (type === '') return 'folder'
  if (type.startsWith('image/')) return 'image'
  return /^application\/(x-)?(zip|zip-compressed|gzip|tar|gtar|compressed-tar)$/.test(type) ? 'archive' : 'other'
}

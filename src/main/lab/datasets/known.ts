/** Recognises the public data sets by content. */
import { createHash } from 'node:crypto'
import type { DataSetManifest } from '../../../shared/data/dataset'

/** What recognition looks at: the source as published, before any resizing or cutting. */
export interface PublishedContent {
  readonly reader: 'idx' | 'cifar10' | 'cifar100' | 'folder'
  readonly coarse: boolean
  readonly trainCount: number
  readonly testCount: number
  /** Class index by slot, training part first. */
  readonly labels: Uint16Array
  /** SHA-256 (hex) of each image's pixels by slot. */
  readonly hashes: readonly string[]
}

/** Digest of images `from` … `to` of a source: their labels and pixel hashes in the author's order. */
export function sourceDigest(content: PublishedContent, from: number, to: number): string {
  const digest = createHash('sha256')
  for (let slot = from; slot < to; slot++) digest.update(`${content.labels[slot]} ${content.hashes[slot]}\n`)
  return digest.digest('hex')
}

/** Of the whole training and test parts. */
const wholes = {
  mnist: {
    reader: 'idx',
    train: 60000,
    test: 10000,
    digest: 'bebe3921f2892d185eda08b6eb99265d1a679505fb3b212c902a9d44b716636c',
  },
  cifar10: {
    reader: 'cifar10',
    train: 50000,
    test: 10000,
    digest: '8a833dfb4358d8decc6737e49811f10a61147698dfc41f3294e4ee6a7174d290',
  },
} as const

/** CIFAR-100: of the first 2,000 training and 1,000 test images; with the counts and the even classes that is as good as sure. */
const cifar100Train = '01bd216574317802426bf1e4ec01e59264cfc1b4680d43b26ebb1772470076cc'
const cifar100Test = 'b6653e6f995e59cb12f838d33517ce750cce1e0b2a97ae271676ca5c90e536bf'

/** Which public data set this is, whole and with its fine labels; null for any other. */
export function recognise(content: PublishedContent): DataSetManifest['known'] {
  const { reader, trainCount, testCount } = content
  for (const name of ['mnist', 'cifar10'] as const) {
    const known = wholes[name]
    if (reader === known.reader && trainCount === known.train && testCount === known.test)
      return sourceDigest(content, 0, trainCount + testCount) === known.digest ? name : null
  }
  if (reader !== 'cifar100' || content.coarse || trainCount !== 50000 || testCount !== 10000) return null
  const even =
    evenClasses(content.labels.subarray(0, trainCount), 500) && evenClasses(content.labels.subarray(trainCount), 100)
  const first =
    sourceDigest(content, 0, 2000) === cifar100Train &&
    sourceDigest(content, trainCount, trainCount + 1000) === cifar100Test
  return even && first ? 'cifar100' : null
}

function evenClasses(labels: Uint16Array, each: number): boolean {
  const counts = new Array<number>(100).fill(0)
  for (const label of labels) counts[label]!++
  return counts.every((n) => n === each)
}

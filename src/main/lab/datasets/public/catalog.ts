/**
 * The public data sets that the lab can bring by itself.
 *
 * Addresses are the publishers'. Sizes and SHA-256 are as TensorFlow Datasets publishes them
 * (github.com/tensorflow/datasets, tensorflow_datasets/url_checksums/{fashion_mnist,kmnist,cifar10,cifar100}.txt); the
 * addresses are the same in torchvision (github.com/pytorch/vision, torchvision/datasets/mnist.py), Fashion-MNIST's also in
 * its publisher's README (github.com/zalandoresearch/fashion-mnist).
 */
import type { PublicDataSetKey } from '../../../../shared/contract/data-sets'
import { LabError } from '../../../../shared/errors'

/** One file of a publisher. */
export interface PublishedFile {
  readonly name: string
  readonly url: string
  readonly bytes: number
  /** Hex. */
  readonly sha256: string
}

/** A public data set: what is in it and where it is published. */
export interface PublicSet {
  readonly key: PublicDataSetKey
  readonly name: string
  readonly what: string
  readonly images: number
  readonly classes: number
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  readonly publisher: string
  readonly licence: string
  /** The publisher's page, for reading. */
  readonly page: string
  /** Empty where it comes with the lab. */
  readonly files: readonly PublishedFile[]
  /** Names of the classes where the files have numbers only, by label. */
  readonly classNames: readonly string[] | null
}

/** The four files of MNIST and its relatives below one address. */
function idxFiles(address: string, files: Readonly<Record<string, readonly [bytes: number, sha256: string]>>) {
  return Object.entries(files).map(([stem, [bytes, sha256]]): PublishedFile => {
    const name = `${stem}-ubyte.gz`
    return { name, url: `${address}${name}`, bytes, sha256 }
  })
}

const small = { images: 70_000, classes: 10, height: 28, width: 28, channels: 1 } as const
const cifar = {
  images: 60_000,
  height: 32,
  width: 32,
  channels: 3,
  publisher: 'Alex Krizhevsky, University of Toronto',
  licence:
    'No licence stated; the publisher asks to cite “Learning Multiple Layers of Features from Tiny Images” (2009).',
  page: 'https://www.cs.toronto.edu/~kriz/cifar.html',
  classNames: null,
} as const

/** All of them, in the order in which they are shown. */
export const publicSets: readonly PublicSet[] = [
  {
    key: 'mnist',
    name: 'MNIST',
    what: 'Handwritten digits.',
    ...small,
    publisher: 'Yann LeCun, Corinna Cortes, Christopher J. C. Burges',
    licence: 'CC BY-SA 3.0',
    page: 'http://yann.lecun.com/exdb/mnist/',
    files: [],
    classNames: null,
  },
  {
    key: 'fashion-mnist',
    name: 'Fashion-MNIST',
    what: 'Articles of clothing, in the form of MNIST.',
    ...small,
    publisher: 'Zalando Research',
    licence: 'MIT',
    page: 'https://github.com/zalandoresearch/fashion-mnist',
    files: idxFiles('http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/', {
      'train-images-idx3': [26421880, '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84'],
      'train-labels-idx1': [29515, 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845'],
      't10k-images-idx3': [4422102, '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073'],
      't10k-labels-idx1': [5148, '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5'],
    }),
    // The publisher's README, "Labels".
    classNames: [
      'T-shirt/top',
      'Trouser',
      'Pullover',
      'Dress',
      'Coat',
      'Sandal',
      'Shirt',
      'Sneaker',
      'Bag',
      'Ankle boot',
    ],
  },
  {
    key: 'kmnist',
    name: 'Kuzushiji-MNIST',
    what: 'Ten cursive hiragana from old Japanese books, in the form of MNIST.',
    ...small,
    publisher: 'ROIS-DS Center for Open Data in the Humanities',
    licence:
      'CC BY-SA 4.0; “KMNIST Dataset” (created by CODH), adapted from “Kuzushiji Dataset” (created by NIJL and others)',
    page: 'https://github.com/rois-codh/kmnist',
    files: idxFiles('http://codh.rois.ac.jp/kmnist/dataset/kmnist/', {
      'train-images-idx3': [18165135, '51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4'],
      'train-labels-idx1': [29497, 'e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17'],
      't10k-images-idx3': [3041136, 'edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5'],
      't10k-labels-idx1': [5120, '20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c'],
    }),
    // The romanised names of the ten characters, as torchvision has them.
    classNames: ['o', 'ki', 'su', 'tsu', 'na', 'ha', 'ma', 'ya', 're', 'wo'],
  },
  {
    key: 'cifar10',
    name: 'CIFAR-10',
    what: 'Photographs of animals and vehicles.',
    ...cifar,
    classes: 10,
    files: [
      {
        name: 'cifar-10-binary.tar.gz',
        url: 'https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz',
        bytes: 170052171,
        sha256: 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd',
      },
    ],
  },
  {
    key: 'cifar100',
    name: 'CIFAR-100',
    what: 'Photographs of a hundred kinds of things in twenty groups.',
    ...cifar,
    classes: 100,
    files: [
      {
        name: 'cifar-100-binary.tar.gz',
        url: 'https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz',
        bytes: 168513733,
        sha256: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
      },
    ],
  },
]

/** The set that a key stands for. @throws LabError 'not-found' listing the keys */
export function requirePublicSet(sets: readonly PublicSet[], key: string): PublicSet {
  const set = sets.find((known) => known.key === key)
  if (set) return set
  const keys = sets.map((known) => known.key).join(', ')
  throw new LabError('not-found', `The lab knows no public data set ${key}.`, `It knows ${keys}.`)
}

/** Bytes of all its files. */
export const downloadBytes = ({ files }: Pick<PublicSet, 'files'>): number =>
  files.reduce((sum, { bytes }) => sum + bytes, 0)

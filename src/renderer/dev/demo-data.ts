import type { DataSetView, ImportReportView, InspectionView, PublicDataSet } from '../../shared/contract/data-sets'
import type { LabEvent } from '../../shared/contract/events'
import { RequestFailed } from '../transport/client'
import type { FakeAnswers } from '../transport/fake'
import { sampleDataSet } from './samples'

const mebi = 2 ** 20
const longName = `a class whose name goes on ${'and on '.repeat(40)}to its end`
const odd = ['<img src=x onerror=alert(1)>', longName, 'cat', 'dog', 'ﬁsh', 'bird']

const sized = (
  id: string,
  name: string,
  classes: string[],
  side: number,
  images: number,
  change: Partial<DataSetView> = {},
): DataSetView => {
  const plain = sampleDataSet()
  const test = Math.floor(images / 5)
  return {
    ...plain,
    ...{ id, name, runs: 0, bytes: images * side * side * 3 },
    manifest: {
      ...plain.manifest,
      ...{ name, known: null, height: side, width: side, channels: 3, classes },
      mean: [0.4914, 0.4822, 0.4465],
      std: [0.247, 0.2435, 0.2616],
      parts: {
        train: { offset: 0, count: images - test },
        validation: { offset: images - test, count: 0 },
        test: { offset: images - test, count: test },
      },
    },
    ...change,
  }
}

const sets = [
  sampleDataSet(),
  sized(
    'cifar100',
    'CIFAR-100',
    Array.from({ length: 100 }, (_, i) => `class ${i}`),
    32,
    60_000,
  ),
  sized(
    'thousand',
    'A thousand things',
    Array.from({ length: 1000 }, (_, i) => `thing ${i}`),
    64,
    50_000,
  ),
  sized('pets', `Pets <b>from the shelter</b>, ${'photographed '.repeat(12)}`, odd, 48, 1234),
]
const inTrash = [
  sized('old', 'Old photos', ['a', 'b'], 32, 300, { trashed: true }),
  sized('used', 'Used photos', ['a', 'b'], 32, 300, { trashed: true, runs: 2 }),
]

const countOf = ({ manifest: { parts } }: DataSetView): number =>
  parts.train.count + parts.validation.count + parts.test.count
const classesOf = (names: readonly string[], images: number): InspectionView['classes'] =>
  names.map((name, i) => {
    const all = Math.ceil((images / names.length) * (1 - (0.7 * i) / names.length))
    return { name, train: Math.ceil(all * 0.8), validation: 0, test: Math.floor(all * 0.2) }
  })

const skipped = Array.from({ length: 312 }, (_, i) => ({
  path: `pets/cat/IMG_${i}.jpg`,
  reason: i % 3 === 0 ? 'the file is cut short' : 'it holds 0 bytes',
  file: `/home/you/pets/cat/IMG_${i}.jpg`,
}))
const reportOf = (set: DataSetView): ImportReportView => ({
  classes: classesOf(set.manifest.classes, countOf(set)),
  skipped: set.id === 'pets' ? skipped : [],
  skippedMore: 0,
  duplicatesMore: 0,
  duplicates:
    set.id === 'pets'
      ? [
          {
            count: 2,
            names: ['cat/1.png', 'cat/1 (copy).png'],
            images: [1, 2],
            acrossParts: false,
            acrossClasses: false,
          },
          { count: 2, names: ['cat/7.png', 'dog/7.png'], images: [7, 1100], acrossParts: true, acrossClasses: true },
        ]
      : [],
  imbalance: set.id === 'pets' ? 2.4 : 1.2,
  notes:
    set.id === 'pets'
      ? ['No test part came with it: 20 % of every class were cut from the training part (seed 0).']
      : [],
})

const offered = (here: boolean): PublicDataSet[] => {
  const gray = { classes: 10, height: 28, width: 28, channels: 1, images: 70_000 } as const
  const colour = { height: 32, width: 32, channels: 3, images: 60_000 } as const
  const rest = { licence: 'CC BY-SA 4.0', page: 'https://example.invalid', partBytes: 0, here: null }
  return [
    {
      ...{ ...gray, ...rest, key: 'mnist', name: 'MNIST', what: 'Handwritten digits.', publisher: 'LeCun et al.' },
      ...{ bytes: 0, state: 'bundled', here: here ? 'mnist' : null },
    },
    {
      ...{ ...gray, ...rest, key: 'fashion-mnist', name: 'Fashion-MNIST', what: 'Articles of clothing.' },
      ...{ publisher: 'Zalando', bytes: 30 * mebi, state: 'downloadable' },
    },
    {
      ...{ ...gray, ...rest, key: 'kmnist', name: 'KMNIST', what: 'Cursive Japanese characters.' },
      ...{ publisher: 'CODH', bytes: 21 * mebi, partBytes: 7 * mebi, state: 'downloadable' },
    },
    {
      ...{
        ...colour,
        ...rest,
        key: 'cifar10',
        name: 'CIFAR-10',
        what: 'Small photographs of ten things.',
        classes: 10,
      },
      ...{ publisher: 'University of Toronto', bytes: 162 * mebi, state: 'downloadable' },
    },
    {
      ...{ ...colour, ...rest, key: 'cifar100', name: 'CIFAR-100', what: 'Small photographs of a hundred things.' },
      ...{ publisher: 'University of Toronto', classes: 100, bytes: 161 * mebi, state: 'downloadable' },
    },
  ]
}

const refuse = (message: string, hint: string): never => {
  throw new RequestFailed({ kind: 'bad-input', message, hint, details: null })
}
const labelOf = (image: number, classes: number): number => image % classes

/** Answers about data sets. A path with "broken" in it cannot be read; one with "slow" takes long to import. */
export function dataSetAnswers(empty: boolean, emit: (event: LabEvent) => void): FakeAnswers {
  const listed = empty ? [] : sets
  const find = (id: string): DataSetView =>
    [...sets, ...inTrash].find((set) => set.id === id) ??
    refuse(`There is no data set ${id}.`, 'See the list of data sets.')
  const going = new Map<number, ReturnType<typeof setInterval>>()
  let last = 0
  const begin = (path: string, phase: string, total: number): { import: number } => {
    const number = ++last
    const step = path.includes('slow') ? total / 600 : total / 20
    let done = 0
    const timer = setInterval(() => {
      done = Math.min(total, Math.round(done + step))
      emit({ kind: 'import-progress', import: number, path, phase, done, total, detail: null })
      if (done < total) return
      clearInterval(timer)
      emit({ kind: 'import-end', import: number, path, outcome: { ok: true, dataSet: 'pets', existed: false } })
    }, 100)
    going.set(number, timer)
    return { import: number }
  }
  return {
    'dataSets.list': ({ trashed }) => (trashed ? (empty ? [] : inTrash) : listed),
    'dataSets.imports': () => [],
    'dataSets.get': ({ id }) => ({ dataSet: find(id), report: reportOf(find(id)) }),
    'dataSets.images': ({ id, label, offset, limit }) => {
      const set = find(id)
      const classes = set.manifest.classes.length
      const total = label === null ? countOf(set) : Math.floor(countOf(set) / classes)
      const images = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, i) => {
        const image = label === null ? offset + i : (offset + i) * classes + label
        return { id: image, label: labelOf(image, classes), name: `${labelOf(image, classes)}/${image}.png` }
      })
      return { total, images }
    },
    'dataSets.image': ({ id, image }) => {
      const { manifest } = find(id)
      const label = labelOf(image, manifest.classes.length)
      return {
        ...{ id: image, name: `${label}/${image}.png`, label, className: manifest.classes[label]!, part: 'train' },
        duplicates:
          image === 1
            ? [{ id: 2, name: '1/1 (copy).png', label: 2, className: manifest.classes[2]!, part: 'test' }]
            : [],
        source: { file: `/home/you/pets/${label}/${image}.png`, place: '/home/you/pets', note: null },
      }
    },
    'dataSets.public': () => offered(!empty),
    'dataSets.download': ({ key }) => begin(key, 'downloading', 30 * mebi),
    'dataSets.discardDownload': () => null,
    'dataSets.import': ({ path }) => begin(path, 'decoding', 1234),
    'dataSets.cancelImport': ({ import: number }) => {
      clearInterval(going.get(number))
      const outcome = { ok: false, cancelled: true, message: 'Cancelled.', hint: null } as const
      emit({ kind: 'import-end', import: number, path: '', outcome })
      return null
    },
    'dataSets.inspect': ({ path }) => {
      if (path.includes('broken'))
        return refuse(`${path} holds no images.`, 'Put the images into one folder for each class.')
      return {
        ...{ path, reader: 'folder', name: 'pets', images: 1546, bytes: 81 * mebi, native: null },
        ...{ hasTest: false, hasValidation: false, classes: [...classesOf(odd, 1546)] },
        skippedMore: 0,
        skipped: skipped.map(({ path: at, reason }) => ({ path: at, reason })),
        notes: ['2 folders without images were left out (notes, backup).'],
      }
    },
    'dataSets.preview': ({ choices }) => {
      const side = choices.size ?? 32
      return {
        ...{ preview: 'pets', prepared: { height: side, width: side, channels: choices.channels ?? 3 } },
        images: Array.from({ length: 10 }, (_, i) => ({
          ...{ name: `cat/${i}.png`, label: i % 6, className: odd[i % 6]!, width: 640, height: 480 },
        })),
        problems: [],
        sample: {
          ...{ images: 200, gray: 3, colour: 197, transparent: 1 },
          width: { min: 90, median: 640, max: 4032 },
          height: { min: 80, median: 480, max: 3024 },
        },
      }
    },
    'dataSets.rename': () => null,
    'dataSets.trash': () => null,
    'dataSets.restore': () => null,
    'dataSets.delete': () => ({ bytes: 3 * mebi }),
    'dataSets.emptyTrash': () => ({
      deleted: 1,
      bytes: 3 * mebi,
      kept: [{ id: 'used', name: 'Used photos', runs: 2 }],
    }),
    'files.list': ({ path }) => ({
      ...{ path: path ?? '/home/you', parent: path ? '/home/you' : '/home', home: '/home/you', more: 0 },
      entries: [
        { name: 'pets', path: `${path ?? '/home/you'}/pets`, kind: 'folder', bytes: null },
        { name: 'broken', path: `${path ?? '/home/you'}/broken`, kind: 'folder', bytes: null },
        { name: 'train-images-idx3-ubyte.gz', path: '/home/you/train.gz', kind: 'file', bytes: 9 * mebi },
      ],
    }),
  }
}

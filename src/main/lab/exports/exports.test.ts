import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { createCanvas, loadImage, type Image } from '@napi-rs/canvas'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { decodeSafetensors, encodeSafetensors } from '../../../shared/tensors/safetensors'
import { comparisonFiles, isOfTwo, runFiles } from '../../../shared/exports/files'
import { exportComparison } from './comparison'
import type { RunExport } from './data'
import { mistakes } from './draw/misclassified'
import { publishedMarkdown, publishedTable } from './published-table'
import { exportRun } from './run'
import { bestEpoch } from '../../../shared/compare/summary'
import { summarise } from './summary'
import { sampleRun } from './testing/sample-run'

const digits = [...'0123456789']
const shapes = ['=disc', 'a, "b"', 'two\nlines', 'ring']
const small = (changes: Partial<Parameters<typeof sampleRun>[0]> = {}): RunExport =>
  sampleRun({ preset: 'testing-hrm', epochs: 2, batchesPerEpoch: 6, classes: shapes, testImages: 80, ...changes })
const mnist = (): RunExport =>
  sampleRun({ preset: 'hrm-mnist', epochs: 1, batchesPerEpoch: 40, classes: digits, testImages: 500 })

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hrm-export-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const lines = (name: string): string[] => readFileSync(join(folder, name), 'utf8').split('\r\n').slice(0, -1)

/** Pixels [r, g, b, a, ...] of a part of a picture. */
function pixels(image: Image, x: number, y: number, width: number, height: number): Uint8ClampedArray {
  const canvas = createCanvas(image.width, image.height)
  canvas.getContext('2d').drawImage(image, 0, 0)
  return canvas.getContext('2d').getImageData(x, y, width, height).data
}

/** Share of a part's pixels that are not of its first pixel's colour. */
function inked(data: Uint8ClampedArray): number {
  let other = 0
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] !== data[0] || data[i + 1] !== data[1] || data[i + 2] !== data[2]) other++
  }
  return other / (data.length / 4)
}

/** Rows of pixels that the first line of text takes. */
function letterHeight(image: Image): number {
  const row = (y: number): boolean => inked(pixels(image, 0, y, image.width, 1)) > 0
  let top = 0
  while (!row(top)) top++
  let bottom = top
  while (row(bottom)) bottom++
  return bottom - top
}

describe('exportRun', () => {
  it('writes every file, whole, and nothing else', async () => {
    const weights = join(folder, 'checkpoint')
    const tensor = (name: string) => ({ name, shape: [2], data: Float32Array.of(1, 2) })
    writeFileSync(weights, encodeSafetensors([tensor('head'), tensor('moment1.head'), tensor('moment2.head')]))
    const out = join(folder, 'out')
    const written = await exportRun({ ...mnist(), weights }, out)
    expect(written.map((path) => basename(path))).toEqual([...runFiles])
    expect(readdirSync(out).sort()).toEqual([...runFiles].sort())
    const { tensors, metadata } = decodeSafetensors(readFileSync(join(out, 'weights.safetensors')), 'weights')
    expect(tensors.map(({ name }) => name)).toEqual(['head'])
    expect(metadata['format']).toBe('hrm-lab-weights')
  })

  it.each(['light', 'dark'] as const)('draws pictures of the asked size with text, %s', async (theme) => {
    const names = ['loss.png', 'accuracy.png', 'confusion.png', 'misclassified.png'] as const
    await exportRun(mnist(), folder, { theme, only: names })
    for (const name of names) {
      const image = await loadImage(join(folder, name))
      expect(image.width).toBe(1084)
      expect(image.height).toBeGreaterThan(600)
      const corner = pixels(image, 0, 0, 1, 1)
      expect(corner[0]! > 128, name).toBe(theme === 'light')
      expect(inked(pixels(image, 0, 0, image.width, image.height)), name).toBeGreaterThan(0.02)
      // The title stands at the top left, and letters leave most of their line empty.
      const title = inked(pixels(image, 10, 15, 300, 40))
      expect(title, name).toBeGreaterThan(0.05)
      expect(title, name).toBeLessThan(0.5)
    }
  })

  it('draws in the millimetres, dots per inch and points asked for', async () => {
    const size = { width: 85, height: 60, dpi: 300, only: ['loss.png'] } as const
    await exportRun(mnist(), folder, { ...size, fontSize: 8 })
    const image = await loadImage(join(folder, 'loss.png'))
    expect([image.width, image.height]).toEqual([1004, 709]) // 85 and 60 · 300 / 25.4
    const usual = letterHeight(image)
    await exportRun(mnist(), folder, { ...size, fontSize: 14 })
    const larger = await loadImage(join(folder, 'loss.png'))
    expect([larger.width, larger.height]).toEqual([1004, 709])
    expect(letterHeight(larger) / usual).toBeCloseTo(14 / 8, 0)
    expect(letterHeight(larger)).toBeGreaterThan(1.5 * usual)
  })

  it('draws the matrix in the very size asked for, in its middle', async () => {
    for (const [width, height] of [
      [60, 60],
      [90, 40],
      [60, 120],
      [60, 20],
    ] as const) {
      await exportRun(mnist(), folder, { width, height, dpi: 254, only: ['confusion.png'] })
      const image = await loadImage(join(folder, 'confusion.png'))
      expect([image.width, image.height]).toEqual([10 * width, 10 * height])
      expect(inked(pixels(image, 0, 0, image.width, image.height))).toBeGreaterThan(0.02)
      // What is left over lies on both sides.
      const edges = height < width ? [pixels(image, 0, 0, 5, image.height)] : [pixels(image, 0, 0, image.width, 5)]
      for (const edge of edges) expect(inked(edge)).toBe(0)
    }
  })

  it.each([{ dpi: 20 }, { width: 1 }, { fontSize: 200 }, { width: 900, dpi: 1200 }, { height: Number.NaN }])(
    'refuses %o',
    async (size) => {
      await expect(exportRun(mnist(), folder, size)).rejects.toMatchObject({ kind: 'bad-input' })
    },
  )

  it('draws charts as SVG in millimetres, letters as paths, and images still as PNG', async () => {
    const run = { ...mnist(), name: 'a <b> & "c"' }
    const only = ['loss.png', 'confusion.png', 'misclassified.png'] as const
    const written = await exportRun(run, folder, { format: 'svg', width: 85, only })
    expect(written.map((path) => basename(path))).toEqual(['loss.svg', 'confusion.svg', 'misclassified.png'])
    const svg = readFileSync(join(folder, 'loss.svg'), 'utf8')
    expect(svg).toMatch(/<svg [^>]*width="85mm"/)
    expect(svg).toContain('<title>a &#60;b&#62; &#38; &#34;c&#34;: loss.png</title>')
    expect(svg).not.toContain('<text')
    expect(svg).not.toContain('<image')
    const drawn = await loadImage(Buffer.from(svg))
    expect(inked(pixels(drawn, 0, 0, drawn.width, drawn.height))).toBeGreaterThan(0.02)
  })

  it('draws the same SVG in the same bytes, whatever was drawn before', async () => {
    const only = ['loss.png', 'confusion.png'] as const
    const drawn: string[] = []
    for (let i = 0; i < 2; i++) {
      const [loss, confusion] = await exportRun(small(), folder, { format: 'svg', only })
      drawn.push(readFileSync(loss!, 'utf8') + readFileSync(confusion!, 'utf8'))
    }
    expect(drawn[1]).toBe(drawn[0])
    const ids = [...drawn[0]!.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(ids.length).toBeGreaterThan(2)
    for (const [, id] of drawn[0]!.matchAll(/url\(#([^)]+)\)/g)) expect(ids).toContain(id)
  })

  it('enlarges images in whole pixels', async () => {
    const run = small()
    const first = mistakes(run.predictions!)[0]!
    await exportRun(run, folder, { only: ['misclassified.png'] })
    const image = await loadImage(join(folder, 'misclassified.png'))
    const raw = await run.image!(first.id)
    // Five columns of 96 layout pixels: 8 pixels a side become 24 device pixels each, from x 20, y 2 · (10 + 34).
    for (const [x, y] of [
      [0, 0],
      [3, 5],
      [7, 7],
    ] as const) {
      const block = pixels(image, 20 + 24 * x, 88 + 24 * y, 24, 24)
      expect(inked(block)).toBe(0)
      expect(block[0]).toBe(raw[8 * y + x])
    }
  })

  it('writes every step, counted from 1', async () => {
    await exportRun(small(), folder, { only: ['steps.csv'] })
    const rows = lines('steps.csv')
    expect(rows[0]).toBe('step,batch,epoch,segment,seconds,wall_time,loss,learning_rate,gradient_norm,accuracy')
    expect(rows).toHaveLength(1 + 2 * 6 * 2)
    expect(rows[1]).toMatch(/^1,1,1,1,0\.4,2026-01-02T03:04:05\.400Z,/)
    expect(rows.at(-1)).toMatch(/^24,12,2,2,/)
  })

  it('adds the author’s measures where they were taken', async () => {
    await exportRun(small({ authorMetrics: true }), folder, { only: ['steps.csv'] })
    const rows = lines('steps.csv').map((row) => row.split(','))
    expect(rows[0]!.slice(-2)).toEqual(['author_loss', 'author_accuracy'])
    expect(rows[1]!.slice(-2)).toEqual(['', ''])
    expect(Number(rows[2]!.at(-2))).toBeGreaterThan(0)
  })

  it('writes classes safely into tables', async () => {
    await exportRun(small(), folder, { only: ['confusion.csv', 'classes.csv', 'predictions.csv'] })
    const text = readFileSync(join(folder, 'confusion.csv'), 'utf8')
    expect(text).toMatch(/^true \\ predicted,'=disc,"a, ""b""","two\nlines",ring\r\n'=disc,\d+,/)
    expect(lines('predictions.csv')).toHaveLength(81)
    expect(lines('classes.csv')).toHaveLength(5)
  })

  it('ranks confused pairs, directed and both ways, with the published count', async () => {
    const run = mnist()
    await exportRun(run, folder, { only: ['confused-pairs.csv'] })
    const rows = lines('confused-pairs.csv').map((row) => row.split(','))
    expect(rows[0]).toEqual(['direction', 'true', 'predicted', 'count', 'share', 'published_count'])
    const both = rows.filter(([direction]) => direction === 'both')
    const total = (kind: string[][]): number => kind.reduce((sum, row) => sum + Number(row[3]), 0)
    expect(total(both)).toBe(total(rows.filter(([direction]) => direction === 'directed')))
    const [, a, b, , , published] = both[0]!
    const { confusion } = run.published!
    expect(Number(published)).toBe(confusion[Number(a)]![Number(b)]! + confusion[Number(b)]![Number(a)]!)
  })

  it('writes into run.json what made the run', async () => {
    const run = small()
    await exportRun(run, folder, { only: ['run.json'] })
    const content = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as Record<string, unknown>
    expect(content).toMatchObject({
      configuration: run.configuration,
      engine: run.engine,
      dataSet: { hash: run.dataSet.hash },
      made: run.made,
      published: null,
    })
  })

  it('says what cannot be made, and refuses when it was asked for', async () => {
    const bare: RunExport = { ...small(), epochs: [], predictions: null, image: null }
    const skipped: string[] = []
    const written = await exportRun(bare, folder, { onSkip: (name) => skipped.push(name) })
    expect(written.map((path) => basename(path))).toEqual(['run.json', 'loss.png', 'steps.csv'])
    expect(skipped).toHaveLength(runFiles.length - 3)
    await expect(exportRun(bare, folder, { only: ['confusion.png'] })).rejects.toThrow('never evaluated')
    await expect(exportRun(bare, folder, { only: ['x.png' as 'loss.png'] })).rejects.toThrow('no export named x.png')
  })

  it('draws a run that diverged at its first step, and one without a mistake', async () => {
    const run = small({ epochs: 1, batchesPerEpoch: 1 })
    run.steps().loss.fill(NaN)
    const right = { ...run.predictions!, predicted: run.predictions!.labels }
    await exportRun({ ...run, predictions: right }, folder)
    expect(existsSync(join(folder, 'misclassified.png'))).toBe(true)
    expect(lines('steps.csv')[1]).toContain('Z,,')
  })
})

describe('exportComparison', () => {
  it('writes every file for any number of runs', async () => {
    const runs = Array.from({ length: 9 }, (_, i) => small({ name: `run & ${i}`, seed: i + 1 }))
    const written = await exportComparison(runs, folder)
    expect(written.map((path) => basename(path))).toEqual(comparisonFiles.filter((name) => !isOfTwo(name)))
    expect(lines('steps.csv')).toHaveLength(1 + 9 * 24)
    expect(lines('table.csv')).toHaveLength(10)
    expect(readFileSync(join(folder, 'table.tex'), 'utf8')).toContain('run \\& 8')
    expect(readFileSync(join(folder, 'table.md'), 'utf8')).toContain('| run &amp; 8 | 8\u2009592 |')
    for (const name of ['curves.png', 'table.png']) {
      const image = await loadImage(join(folder, name))
      expect(image.width).toBeGreaterThanOrEqual(1080)
      expect(inked(pixels(image, 0, 0, image.width, image.height))).toBeGreaterThan(0.02)
    }
  })

  it('takes the second run’s confusion from the first’s, as counted by hand', async () => {
    const confusionOf = (counts: number[]): RunExport => {
      const run = small()
      const last = run.epochs.at(-1)!
      const confusion = { classes: 4, counts: Uint32Array.from(counts) }
      const evaluations = last.evaluations.map((one) => ({ ...one, confusion }))
      return { ...run, epochs: [{ ...last, evaluations }] }
    }
    const a = confusionOf([3, 1, 0, 0, 0, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0, 4])
    const b = confusionOf([1, 3, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4])
    const only = ['confusion-difference.png', 'confusion-difference.csv'] as const
    await exportComparison([a, b], folder, { only })
    const rows = readFileSync(join(folder, 'confusion-difference.csv'), 'utf8').split('\r\n')
    expect(rows[0]).toBe('true,predicted,count_a,count_b,share_a,share_b,share_difference')
    expect(rows[1]).toBe("'=disc,'=disc,3,1,0.75,0.25,0.5")
    expect(rows[2]).toBe(`'=disc,"a, ""b""",1,3,0.25,0.75,-0.5`)
    expect(rows[11]).toBe('"two\nlines","two\nlines",4,0,1,0,1')
    const image = await loadImage(join(folder, 'confusion-difference.png'))
    expect(image.width).toBe(1084)
    expect(inked(pixels(image, 0, 0, image.width, image.height))).toBeGreaterThan(0.02)
    await expect(exportComparison([a, b, a], folder, { only })).rejects.toThrow('takes two runs')
    const other = { ...b, dataSet: { ...b.dataSet, classes: [...'wxyz'] } }
    await expect(exportComparison([a, other], folder, { only })).rejects.toThrow('other classes')
    await expect(exportComparison([a, { ...b, epochs: [] }], folder, { only })).rejects.toThrow('never evaluated')
  })

  it('writes names of runs safely into tables', async () => {
    const names = ['=1+1, "x"', 'two\nlines']
    await exportComparison(
      names.map((name) => small({ name })),
      folder,
      { only: ['table.csv', 'differences.csv', 'table.md', 'steps.csv'] },
    )
    const read = (file: string): string => readFileSync(join(folder, file), 'utf8')
    expect(read('differences.csv')).toMatch(/^setting,"'=1\+1, ""x""","two\nlines"\r\n/)
    for (const file of ['table.csv', 'steps.csv'])
      expect(read(file)).toMatch(/\r\n"'=1\+1, ""x""",run-testing-hrm,[^]*\r\n"two\nlines",run-testing-hrm,/)
    expect(read('table.md')).toContain('| two lines |')
  })

  it('shows only the settings that differ', async () => {
    const [a, b] = [small({ name: 'a' }), small({ name: 'b', epochs: 3 })]
    await exportComparison([a, b], folder, { only: ['differences.csv'] })
    expect(lines('differences.csv')).toEqual(['setting,a,b', 'training.epochs,2,3'])
    await expect(exportComparison([], folder)).rejects.toMatchObject({ kind: 'bad-input' })
  })
})

describe('summary', () => {
  it('names how the best epoch was chosen', () => {
    const epoch = (number: number, test: number, validation: number | null): RunExport['epochs'][number] => ({
      ...small().epochs[0]!,
      epoch: number,
      evaluations: [
        { part: 'test', images: 1, loss: 1, accuracy: test, seconds: 1, confusion: null },
        ...(validation === null
          ? []
          : [{ part: 'validation' as const, images: 1, loss: 1, accuracy: validation, seconds: 1, confusion: null }]),
      ],
    })
    expect(bestEpoch([epoch(1, 0.7, null), epoch(2, 0.6, null)])).toEqual({
      accuracy: 0.7,
      epoch: 1,
      chosen: 'best on test',
    })
    expect(bestEpoch([epoch(1, 0.7, 0.5), epoch(2, 0.6, 0.8)])).toEqual({
      accuracy: 0.6,
      epoch: 2,
      chosen: 'best on validation',
    })
    expect(summarise({ ...small(), epochs: [] })).toMatchObject({ best: null, testAccuracy: null, epochSeconds: null })
  })
})

describe('publishedTable', () => {
  it('sets ours beside the published numbers and says how they differ', () => {
    const { table, notes } = publishedTable(mnist())!
    expect(table.rows[0]).toEqual(['parameters', '1\u2009053\u2009056', '1\u2009053\u2009056', '0'])
    expect(table.rows.find(([what]) => what === 'train, epoch 1')![2]).toBe('87.1 %')
    expect(table.rows.find(([what]) => what!.startsWith('test, end (epoch 1 / 3)'))![2]).toBe('98.0 %')
    expect(table.rows.find(([what]) => what === '4 – 9 confused')![2]).toBe('25')
    expect(notes.join(' ')).toContain('Ours trained for 1 of the published 3 epochs.')
    expect(notes.at(-1)).toContain('arXiv 2510.03598')
    expect(publishedMarkdown({ table, notes })).toContain('| parameters |')
    expect(publishedTable(small())).toBeNull()
  })

  it('warns where the author measured differently', () => {
    const hrm = (authorMetrics: boolean): RunExport =>
      sampleRun({
        preset: 'hrm-cifar10',
        epochs: 1,
        batchesPerEpoch: 4,
        classes: digits,
        testImages: 50,
        authorMetrics,
      })
    expect(publishedTable(hrm(false))!.notes[0]).toContain('measured differently')
    expect(publishedTable(hrm(true))!.notes[0]).toContain('both measured again')
  })
})

import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import sharp from 'sharp'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPromise } from 'yauzl'
import type { EngineInfo } from '../../../../shared/experiment/engine-info'
import { presetConfiguration, presets } from '../../../../shared/experiment/presets'
import { confusionMatrix } from '../../../../shared/metrics/confusion'
import { exactMcNemar } from '../../../../shared/statistics/mcnemar'
import {
  exampleEvaluation,
  exampleSteps,
  importReport,
  manifest,
  temporaryFolder,
} from '../../../store/testing/fixtures'
import { Lab } from '../../lab'
import { exportReader } from '../exported-file'
import { letterOf } from './collect'
import { escapeHtml, html, number } from './html'
import { logarithmicTicks, roundTicks } from './line-figure'
import { divergingShade, matrixFigure, shadeOf } from './matrix'
import { writeReport } from './write'

const engine: EngineInfo = {
  ...{ backend: 'tensorflow', device: 'CPU', tensorflow: '2.21.0', tfjs: '4.22.0', node: '24', threads: 2 },
}
/** What a person may call a class. */
const HOSTILE = ['<script>alert(1)</script>', '"a" & \'b\'', 'two\nlines', '=cmd|x']
/** Of the four test images. */
const TRUTH = [0, 1, 2, 2]

describe('writeReport', () => {
  let lab: Lab
  beforeEach(() => {
    lab = Lab.open({ home: temporaryFolder() })
    addData('digits', { ...manifest(), classes: HOSTILE })
  })
  afterEach(() => lab.close())

  function addData(id: string, made: ReturnType<typeof manifest>): void {
    const folder = join(lab.home.dataSets, id)
    mkdirSync(folder)
    writeFileSync(join(folder, 'labels.u16'), Buffer.from(Uint16Array.of(0, 0, 0, 0, 0, 0, 0, 0, ...TRUTH).buffer))
    writeFileSync(
      join(folder, 'images.u8'),
      Uint8Array.from({ length: 12 * 64 }, (_, i) => i / 64),
    )
    const index = Array.from({ length: 12 }, (_, i) => ({ name: `<i>/${i}.png` }))
    writeFileSync(join(folder, 'index.json'), JSON.stringify(index))
    lab.store.dataSets.insert({ id, folder: `datasets/${id}`, manifest: made, report: importReport })
  }
  function made(predicted: readonly number[], { seed = 1, data = 'digits', name = 'tiny' } = {}): string {
    const configuration = presetConfiguration(presets.find((preset) => preset.name === 'testing-cnn')!)
    const dataSet = lab.dataSets.get(data)
    const { id } = lab.runs.create({ name, configuration, dataSet, seeds: [seed] })[0]!
    lab.store.runs.setEngine(id, engine)
    lab.store.runs.setState(id, 'running')
    lab.store.steps.append(id, exampleSteps(0, 20))
    lab.store.epochs.insert(id, { epoch: 0, trainLoss: 1, trainAccuracy: 0.5, trainSeconds: 2 })
    const right = predicted.filter((guess, i) => guess === TRUTH[i]).length / 4
    const evaluation = { ...exampleEvaluation('test', right), predicted: Uint16Array.from(predicted) }
    lab.store.evaluations.insert(id, 0, evaluation, confusionMatrix(TRUTH, predicted, 4))
    return id
  }
  async function report(...ids: string[]): Promise<string> {
    const path = join(lab.home.folder, 'report.html')
    await writeReport(
      lab,
      ids.map((id) => lab.store.runs.get(id)),
      path,
    )
    return readFileSync(path, 'utf8')
  }
  /** Texts without markup, on one line. */
  const textOf = (page: string): string => page.replace(/<style>[^]*?<\/style>|<[^>]*>/g, '').replace(/\s+/g, ' ')

  it('says what the store holds, in words and in full', async () => {
    const page = await report(made([0, 1, 2, 3]), made([0, 3, 3, 1], { seed: 2 }))
    for (const value of ['0.75', '0.25']) expect(page).toContain(`<data value="${value}">`)
    const said = textOf(page)
    const { p } = exactMcNemar(0, 2)
    expect(said).toContain(`B errs on 2 images that A gets right, A on 0 that B gets right`)
    expect(said).toContain(`n\u00a0=\u00a02, p\u00a0=\u00a0${p}`.replace(/\u00a0/g, ' '))
    expect(said).toContain('Only B wrong: 2 images')
    expect(said).toContain('Both A and B wrong: 1 image')
    expect(said).toContain('0'.repeat(12))
    expect(said).toMatch(/Seeds ?1 ?2/)
  })

  it('keeps every name and note from being read as markup', async () => {
    const a = made([0, 1, 2, 3], { name: '</title><script>run()</script>' })
    const b = made([0, 3, 3, 1], { name: '" onmouseover="run()', seed: 2 })
    lab.store.runs.setNotes(a, '</pre><img src=x onerror=run()>\n\n  kept as it was')
    const page = await report(a, b)
    expect(page).not.toMatch(/<script|<img src=x|<i>/)
    // No quote from outside ends an attribute.
    expect(page).not.toMatch(/<[^>]*" onmouseover="/)
    expect(page.match(/<\/title>/g)).toHaveLength(1 + (page.match(/<path[^>]*><title>/g)?.length ?? 0))
    expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;')
    expect(page).toContain('&lt;/pre&gt;&lt;img src=x onerror=run()&gt;\n\n  kept as it was')
  })

  it('asks for nothing, runs nothing, and is the same bytes each time', async () => {
    const ids = [made([0, 1, 2, 3]), made([0, 3, 3, 1], { seed: 2 })]
    const page = await report(...ids)
    expect(await report(...ids)).toBe(page)
    const addresses = [...page.matchAll(/(?:src|href|url)\s*[=(]\s*["']?([^"')\s>]+)/g)].map(([, address]) => address!)
    for (const address of addresses) expect(address).toMatch(/^(#|data:image\/png;base64,)/)
    expect(page).toContain('default-src &#39;none&#39;')
    expect(page).toMatch(/@media screen and \(prefers-color-scheme:dark\)/)
  })

  it('is the same from the window, alone and in the zip of everything', async () => {
    const ids = [made([0, 1, 2, 3]), made([0, 3, 3, 1], { seed: 2 })]
    const page = await report(...ids)
    const reader = exportReader(lab)
    const alone = await reader(`${ids.join(',')}/report.html`)
    expect(Buffer.from(alone.body).toString()).toBe(page)
    expect([alone.type, alone.name]).toEqual(['text/html; charset=utf-8', 'comparison-0001-0002-report.html'])
    const zip = await reader(`${ids.join(',')}/everything.zip?theme=dark`)
    expect([zip.type, zip.name]).toEqual(['application/zip', 'comparison-0001-0002.zip'])
    const path = join(lab.home.folder, 'all.zip')
    writeFileSync(path, zip.body)
    const names: string[] = []
    let within = ''
    const opened = await openPromise(path)
    for await (const entry of opened.eachEntry()) {
      names.push(entry.fileName)
      if (entry.fileName.endsWith('report.html')) within = await text(await opened.openReadStreamPromise(entry))
    }
    expect(within).toBe(page)
    expect(names).toContain('comparison-0001-0002/comparison-0001-0002-confusion-difference.png')
    await expect(reader(`${ids.join(',')}/run.hrmlab`)).rejects.toThrow('A bundle holds one run.')
    await expect(reader(`${ids[0]}/everything.zip?width=wide`)).rejects.toMatchObject({ kind: 'bad-input' })
  })

  it('shows the images that they disagree on, pixel for pixel', async () => {
    const page = await report(made([0, 1, 2, 3]), made([0, 3, 3, 1], { seed: 2 }))
    const pictures = [...page.matchAll(/src="data:image\/png;base64,([^"]+)" alt="([^"]*)"/g)]
    expect(pictures).toHaveLength(3)
    const { data, info } = await sharp(Buffer.from(pictures[0]![1]!, 'base64'))
      .raw()
      .toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([8, 8])
    expect(data[0]).toBe(10) // The surest: the third test image, after eight to train on.
    expect(page).toContain('title="&lt;i&gt;/10.png"')
  })

  it('tells what cannot be compared, and why, and the rest all the same', async () => {
    addData('other', { ...manifest('other', '1'.repeat(64)), classes: ['x', 'y', 'z', 'w'] })
    const [a, b] = [made([0, 1, 2, 3]), made([0, 3, 3, 1], { data: 'other' })]
    const said = textOf(await report(a, b))
    expect(said).toContain('Not like with like')
    expect(said).toContain('only matrices of the same classes can be subtracted')
    expect(said).toContain('they have seen other images')
    expect(said).toContain('Differences of configuration')
  })

  it('goes without images where they are gone, and without an evaluation', async () => {
    const [a, b] = [made([0, 1, 2, 3]), made([0, 3, 3, 1], { seed: 2 })]
    rmSync(join(lab.home.dataSets, 'digits', 'images.u8'))
    const page = await report(a, b)
    expect(page).not.toContain('data:image/png')
    expect(textOf(page)).toContain('The images of “digits” are not there any more.')
    expect(textOf(page)).toContain('B errs on 2 images')
  })

  it('refuses no run and one that has not begun, and leaves nothing', async () => {
    const configuration = presetConfiguration(presets.find(({ name }) => name === 'testing-cnn')!)
    const waits = lab.runs.create({ name: 'w', configuration, dataSet: lab.dataSets.get('digits'), seeds: [1] })[0]!
    await expect(report()).rejects.toMatchObject({ kind: 'bad-input' })
    await expect(report(waits.id)).rejects.toThrow('has not begun to train')
    expect(readdirSync(lab.home.folder).filter((file) => file.includes('report'))).toEqual([])
  })
})

describe('html', () => {
  it('escapes text, and shows characters that it has no place for as such', () => {
    expect(html`<p title="${'"\'<>&'}">${['a', html`<br />`, null, 1]}</p>`.text).toBe(
      '<p title="&quot;&#39;&lt;&gt;&amp;">a<br />1</p>',
    )
    expect(escapeHtml('a\u0000b\ud800c\nd')).toBe('a\ufffdb\ufffdc\nd')
    expect(number(NaN, '–').text).toBe('–')
    expect(number(0.1, '10.0 %').text).toBe('<data value="0.1">10.0 %</data>')
  })
})

describe('figures', () => {
  it('have round ticks', () => {
    expect(roundTicks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1])
    expect(roundTicks(1, 3, 12, 1)).toEqual([1, 2, 3])
    expect(roundTicks(0.93, 0.97, 4)).toEqual([0.93, 0.94, 0.95, 0.96, 0.97])
    expect(logarithmicTicks(0.03, 2.5)).toEqual([0.05, 0.1, 0.2, 0.5, 1, 2])
  })

  it('colour nothing as nothing, and the least of something as something', () => {
    expect([shadeOf(0), shadeOf(1e-9), shadeOf(1)]).toEqual(['v0', 'v1', 'v32'])
    expect([-1, -1e-9, 0, 1e-9, 1].map((value) => divergingShade(value, 1))).toEqual(['d0', 'd15', 'd16', 'd17', 'd32'])
  })

  it('draw a matrix of a hundred classes small', () => {
    const classes = Array.from({ length: 100 }, (_, i) => `class ${i}`)
    const key = { map: 'v', low: '0 %', high: '100 %' } as const
    const shades = Array.from({ length: 10_000 }, (_, at) => shadeOf(Math.floor(at / 100) === at % 100 ? 0.5 : 0))
    const drawn = matrixFigure({ classes, shades, cell: () => ({ text: '', value: 0 }), summary: 'sum', key }).text
    expect(drawn.length).toBeLessThan(4000)
    expect(drawn.match(/h1v1h-1z/g)).toHaveLength(100)
  })

  it('name runs as spreadsheets name columns', () => {
    expect([0, 25, 26, 51, 52, 701, 702].map(letterOf)).toEqual(['A', 'Z', 'AA', 'AZ', 'BA', 'ZZ', 'AAA'])
  })
})

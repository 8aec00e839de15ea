import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contract, type RequestArguments, type RequestResult } from '../../../shared/contract/contract'
import type { disagreementRequests } from '../../../shared/contract/disagreement'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { confusionMatrix } from '../../../shared/metrics/confusion'
import { exampleEvaluation, importReport, manifest, temporaryFolder } from '../../store/testing/fixtures'
import { Lab } from '../lab'
import { disagreementHandlers } from './handlers'

type Name = keyof typeof disagreementRequests

/** Of the four test images of `manifest()`. */
const TRUTH = [0, 1, 2, 2]

describe('disagreement handlers', () => {
  let lab: Lab
  let handlers: ReturnType<typeof disagreementHandlers>

  beforeEach(() => {
    lab = Lab.open({ home: temporaryFolder() })
    handlers = disagreementHandlers(lab)
    addData('digits', manifest())
  })
  afterEach(() => lab.close())

  function addData(id: string, made: ReturnType<typeof manifest>): void {
    const folder = join(lab.home.dataSets, id)
    mkdirSync(folder)
    writeFileSync(join(folder, 'labels.u16'), Buffer.from(Uint16Array.of(0, 0, 0, 0, 0, 0, 0, 0, ...TRUTH).buffer))
    writeFileSync(join(folder, 'images.u8'), Buffer.alloc(12 * 64))
    lab.store.dataSets.insert({ id, folder: `datasets/${id}`, manifest: made, report: importReport })
  }
  /** A run on `digits`, or other data, of a preset with a seed. */
  function make(seed = 1, { preset = 'testing-cnn', data = 'digits' } = {}): string {
    const configuration = presetConfiguration(presets.find(({ name }) => name === preset)!)
    return lab.runs.create({ name: preset, configuration, dataSet: lab.dataSets.get(data), seeds: [seed] })[0]!.id
  }
  function evaluate(
    id: string,
    predicted: readonly number[],
    { epoch = 0, part = 'test' as const, accuracy = NaN } = {},
  ): void {
    lab.store.epochs.insert(id, { epoch, trainLoss: 1, trainAccuracy: 0.5, trainSeconds: 2 })
    const right = predicted.filter((guess, i) => guess === TRUTH[i]).length / 4
    const evaluation = exampleEvaluation(part, Number.isNaN(accuracy) ? right : accuracy)
    const made = { ...evaluation, predicted: Uint16Array.from(predicted) }
    lab.store.evaluations.insert(id, epoch, made, confusionMatrix(TRUTH, predicted, 4))
  }
  const made = (predicted: readonly number[], ...given: Parameters<typeof make>): string => {
    const id = make(...given)
    evaluate(id, predicted)
    return id
  }
  /** Asks as a window does: the reply fits the contract and survives JSON. */
  async function ask<N extends Name>(name: N, given: RequestArguments<N>): Promise<RequestResult<N>> {
    const handler = handlers[name] as (given: RequestArguments<N>) => RequestResult<N> | Promise<RequestResult<N>>
    const value = await handler(contract[name].arguments.parse(given) as RequestArguments<N>)
    expect(JSON.parse(JSON.stringify(value))).toEqual(value)
    return contract[name].result.parse(value) as RequestResult<N>
  }
  const last = { part: 'test', epoch: 'last' } as const
  const compare = (runs: string[], among: string[] = []) => ask('disagreement.compare', { ...last, runs, among })

  it('tells who errs where, as counted by hand, and tests the difference', async () => {
    const [a, b] = [made([0, 1, 2, 3]), made([0, 3, 3, 1])]
    const told = await compare([a, b])
    expect(told).toMatchObject({
      ...{ dataSet: { id: 'digits', name: 'digits' }, images: 4, imagesHere: true, support: [1, 1, 2, 0] },
      runs: [
        { id: a, epoch: 1, chosen: 'last', right: 3, accuracy: 0.75 },
        { id: b, right: 1, accuracy: 0.25 },
      ],
      pair: { test: { onlyA: 0, onlyB: 2, n: 2, p: 0.5 }, same: 1 },
      more: { patterns: 0, images: 0 },
    })
    expect(told.patterns).toEqual([
      { wrong: '01', images: 2, byClass: [0, 1, 1, 0] },
      { wrong: '00', images: 1, byClass: [1, 0, 0, 0] },
      { wrong: '11', images: 1, byClass: [0, 0, 1, 0] },
      { wrong: '10', images: 0, byClass: [0, 0, 0, 0] },
    ])
    const images = (wrong: string, label: number | null) =>
      ask('disagreement.images', { ...last, runs: [a, b], wrong, label })
    expect((await images('01', null)).indices).toEqual([1, 2])
    expect((await images('01', 2)).indices).toEqual([2])
    expect((await images('10', null)).indices).toEqual([])
    await expect(images('011', null)).rejects.toThrow('not of 2 runs')
  })

  it('sets more than two runs side by side', async () => {
    const runs = [made([0, 1, 2, 2]), made([1, 1, 2, 2]), made([1, 0, 2, 2])]
    const { patterns, pair } = await compare(runs)
    expect(pair).toBeNull()
    expect(patterns.map(({ wrong, images }) => [wrong, images])).toEqual([
      ['000', 2],
      ['001', 1],
      ['011', 1],
      ['111', 0],
    ])
  })

  it('looks at the last epoch or at the best, and says how it was chosen', async () => {
    const [a, b] = [make(1), make(2)]
    for (const id of [a, b]) {
      evaluate(id, [0, 1, 2, 2], { epoch: 0 })
      evaluate(id, [1, 0, 0, 0], { epoch: 1 })
    }
    lab.store.evaluations.insert(b, 1, exampleEvaluation('validation', 0.9), confusionMatrix([], [], 4))
    const best = await ask('disagreement.compare', { ...last, epoch: 'best', runs: [a, b], among: [] })
    expect(best.runs.map(({ epoch, chosen, right }) => [epoch, chosen, right])).toEqual([
      [1, 'best on test', 4],
      [2, 'best on validation', 0],
    ])
    expect((await compare([a, b])).runs.map(({ epoch, chosen }) => [epoch, chosen])).toEqual([
      [2, 'last'],
      [2, 'last'],
    ])
  })

  it('pairs two groups by equal seeds, with the newest run of a seed', async () => {
    const small = [1, 2, 3].map((seed) => made([0, 1, 2, 2], seed))
    const other = { preset: 'testing-hrm' }
    const large = [made([1, 0, 0, 0], 2, other), made([0, 1, 2, 3], 2, other), made([0, 1, 0, 3], 3, other)]
    const unborn = make(1, other)
    const { pair } = await compare([small[0]!, large[0]!], [...small, ...large, unborn, 'deleted'])
    expect(pair!.seeds).toMatchObject({
      ...{ a: { label: 'testing-cnn', runs: 3 }, b: { label: 'testing-hrm', runs: 3 }, sameGroup: false },
      pairs: [
        { seed: 2, a: 1, b: 0.75 },
        { seed: 3, a: 1, b: 0.5 },
      ],
      test: { n: 2, mean: 0.375, df: 1 },
    })
    const alike = await compare([small[0]!, small[1]!], small)
    expect(alike.pair!.seeds).toMatchObject({ sameGroup: true, pairs: [], test: null })
  })

  it('refuses other data, and runs without predictions, in words', async () => {
    const [a, unborn] = [made([0, 1, 2, 2]), make(2)]
    addData('others', { ...manifest('others', '1'.repeat(64)), classes: ['a', 'b', 'c', 'd', 'e'] })
    const elsewhere = made([0, 1, 2, 2], 1, { data: 'others' })
    await expect(compare([a, elsewhere])).rejects.toThrow(
      '“testing-cnn” (#1) was trained on digits and “testing-cnn” (#3) on others: they have seen other images, in 4 and 5 classes.',
    )
    await expect(compare([a, unborn])).rejects.toThrow(
      '“testing-cnn” (#2) has no predictions of the test images: it is queued before the end of its first epoch.',
    )
    await expect(compare([a, 'gone'])).rejects.toThrow('no run “gone”')
    await expect(ask('disagreement.confusion', { ...last, a, b: elsewhere })).rejects.toThrow('4 classes of digits')
    await expect(ask('disagreement.confusion', { ...last, a, b: unborn })).rejects.toThrow('no predictions')
    addData('renamed', { ...manifest('renamed', '2'.repeat(64)), classes: ['a', 'b', 'x', 'd'] })
    addData('turned', { ...manifest('turned', '3'.repeat(64)), classes: ['a', 'b', 'd', 'c'] })
    const [renamed, turned] = ['renamed', 'turned'].map((data) => made([0, 1, 2, 2], 1, { data })) as [string, string]
    await expect(ask('disagreement.confusion', { ...last, a, b: renamed })).rejects.toThrow(
      '“testing-cnn” (#1) knows “c” where “testing-cnn” (#4) knows “x”.',
    )
    await expect(ask('disagreement.confusion', { ...last, a, b: turned })).rejects.toThrow('in another order')
    await expect(ask('disagreement.compare', { ...last, part: 'validation', runs: [a, a], among: [] })).rejects.toThrow(
      'was not evaluated on its validation part',
    )
  })

  it('still counts when the pixels are gone, and says what to do when the labels are', async () => {
    const [a, b] = [made([0, 1, 2, 2]), made([0, 1, 2, 3])]
    rmSync(join(lab.home.dataSets, 'digits', 'images.u8'))
    expect(await compare([a, b])).toMatchObject({ imagesHere: false, pair: { test: { onlyB: 1 } } })
    rmSync(join(lab.home.dataSets, 'digits'), { recursive: true })
    lab.close()
    lab = Lab.open({ home: lab.home.folder })
    const reopened = disagreementHandlers(lab)
    await expect(
      (async () => reopened['disagreement.compare']({ ...last, runs: [a, b], among: [] }))(),
    ).rejects.toThrow('The files of the data set “digits” are gone')
    expect(await reopened['disagreement.confusion']({ ...last, a, b })).toMatchObject({ a: { imagesHere: false } })
  })

  it('gives both matrices, and the images of a cell', async () => {
    const [a, b] = [made([0, 1, 2, 2]), made([0, 1, 2, 3])]
    const { classes, sameImages, ...both } = await ask('disagreement.confusion', { ...last, a, b })
    expect([classes, sameImages]).toEqual([['a', 'b', 'c', 'd'], true])
    expect(both.a.counts).toEqual([...confusionMatrix(TRUTH, [0, 1, 2, 2], 4).counts])
    expect(both.b.counts).toEqual([...confusionMatrix(TRUTH, [0, 1, 2, 3], 4).counts])
    const cell = { ...last, run: b, truth: 2, predicted: 3 }
    expect((await ask('disagreement.cell', cell)).indices).toEqual([3])
    expect((await ask('disagreement.cell', { ...cell, run: a })).indices).toEqual([])
  })
})

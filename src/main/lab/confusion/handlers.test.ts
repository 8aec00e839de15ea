import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { confusionRequests } from '../../../shared/contract/confusion'
import { contract, type RequestArguments, type RequestResult } from '../../../shared/contract/contract'
import type { PartName } from '../../../shared/data/dataset'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { unpackU32 } from '../../../shared/images/packed'
import { confusionMatrix } from '../../../shared/metrics/confusion'
import { exampleEvaluation, importReport, manifest, temporaryFolder } from '../../store/testing/fixtures'
import { Lab } from '../lab'
import { publishedRecord } from '../paper'
import { confusionHandlers } from './handlers'

/** Of the four test images of `manifest()`. */
const TRUTH = [0, 1, 2, 2]

describe('confusion handlers', () => {
  let lab: Lab
  beforeEach(() => {
    lab = Lab.open({ home: temporaryFolder() })
    const listed = { folder: 'datasets/x', report: importReport }
    lab.store.dataSets.insert({ id: 'digits', manifest: manifest(), ...listed })
    const mnist = { ...manifest('MNIST', '1'.repeat(64)), known: 'mnist' as const }
    lab.store.dataSets.insert({ id: 'mnist', manifest: mnist, ...listed })
  })
  afterEach(() => lab.close())

  function make(preset = 'testing-cnn', data = 'digits'): string {
    const configuration = presetConfiguration(presets.find(({ name }) => name === preset)!)
    return lab.runs.create({ name: preset, configuration, dataSet: lab.dataSets.get(data), seeds: [1] })[0]!.id
  }
  function evaluate(id: string, epoch: number, predicted: readonly number[], part: PartName = 'test'): void {
    lab.store.epochs.insert(id, { epoch, trainLoss: 1, trainAccuracy: 0.5, trainSeconds: 2 })
    const made = { ...exampleEvaluation(part, 0.5), predicted: Uint16Array.from(predicted) }
    lab.store.evaluations.insert(id, epoch, made, confusionMatrix(TRUTH, predicted, 4))
  }
  /** Asks as a window does: the reply fits the contract and survives JSON. */
  async function ask<N extends keyof typeof confusionRequests>(
    name: N,
    given: RequestArguments<N>,
  ): Promise<RequestResult<N>> {
    const handler = confusionHandlers(lab)[name] as (given: RequestArguments<N>) => RequestResult<N>
    const value = handler(contract[name].arguments.parse(given) as RequestArguments<N>)
    expect(JSON.parse(JSON.stringify(value))).toEqual(value)
    return contract[name].result.parse(value) as RequestResult<N>
  }
  const test = { part: 'test', epoch: null } as const

  it('gives the matrix of the last epoch, or of any evaluated one', async () => {
    const id = make()
    evaluate(id, 0, [0, 1, 3, 3])
    evaluate(id, 2, [0, 1, 2, 3])
    const last = await ask('confusion.get', { ...test, id })
    expect(last).toMatchObject({ classes: ['a', 'b', 'c', 'd'], epoch: 3, epochs: [1, 3], published: null })
    expect([...unpackU32(last.counts)]).toEqual([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0, 0, 0])
    const first = await ask('confusion.get', { ...test, id, epoch: 1 })
    expect([...unpackU32(first.counts)].slice(8, 12)).toEqual([0, 0, 0, 2])
    await expect(ask('confusion.get', { ...test, id, epoch: 2 })).rejects.toThrow('after epoch 2')
  })

  it('follows one cell through the evaluated epochs', async () => {
    const id = make()
    evaluate(id, 0, [0, 1, 3, 3])
    evaluate(id, 2, [0, 1, 2, 3])
    const trend = (truth: number, predicted: number) => ask('confusion.trend', { id, part: 'test', truth, predicted })
    expect(await trend(2, 3)).toEqual([
      { epoch: 1, count: 2 },
      { epoch: 3, count: 1 },
    ])
    await expect(trend(0, 4)).rejects.toThrow('There is no class 4')
  })

  it('sets what is published beside a run on the same test images', async () => {
    const id = make('hrm-mnist', 'mnist')
    evaluate(id, 0, [0, 1, 2, 2])
    evaluate(id, 0, [0, 1, 2, 2], 'validation')
    const { published } = await ask('confusion.get', { ...test, id })
    expect([...unpackU32(published!.counts)]).toEqual(publishedRecord('hrm-mnist')!.confusion.flat())
    expect((await ask('confusion.get', { ...test, id, part: 'validation' })).published).toBeNull()
  })

  it('says in words why there is none, and what to do', async () => {
    const [unborn, tested] = [make(), make()]
    evaluate(tested, 0, [0, 1, 2, 2])
    await expect(ask('confusion.get', { ...test, id: unborn })).rejects.toMatchObject({
      message: expect.stringContaining('it is queued before the end of its first epoch') as string,
      hint: expect.stringContaining('let it train') as string,
    })
    lab.store.runs.setState(unborn, 'stopped')
    await expect(ask('confusion.get', { ...test, id: unborn })).rejects.toMatchObject({
      message: expect.stringContaining('it was stopped before the end of its first epoch') as string,
      hint: expect.stringContaining('clone it') as string,
    })
    await expect(ask('confusion.get', { ...test, id: tested, part: 'validation' })).rejects.toMatchObject({
      message: expect.stringContaining('was not evaluated on its validation part') as string,
      hint: 'Look at its test images.',
    })
    await expect(ask('confusion.trend', { id: 'gone', part: 'test', truth: 0, predicted: 1 })).rejects.toThrow('gone')
  })
})

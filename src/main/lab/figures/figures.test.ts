import { describe, expect, it } from 'vitest'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { sampleRun } from '../exports/testing/sample-run'
import { publishedRecord } from '../paper'
import { type Candidate, matchingRun } from './matching-run'
import { paperFigures, paperTables } from './paper-list'
import { paperTable, paperTableCsv, paperTableNotes } from './paper-table'

const configuration = presetConfiguration(presets.find(({ name }) => name === 'hrm-mnist')!)
const candidate = (id: string, change: Partial<Candidate> = {}): Candidate => ({
  ...{ id, configuration, known: 'mnist', state: 'finished', epochs: 3 },
  ...change,
})

describe('the paper’s list', () => {
  it('has figures 1 to 10 of the published runs, and tables 1 to 3 of presets there are', () => {
    const numbers = paperFigures.flatMap(({ loss, misclassified }) => [loss, misclassified])
    expect(numbers.sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    for (const { preset } of paperFigures) expect(publishedRecord(preset)).not.toBeNull()
    expect(paperTables.map(({ number }) => number)).toEqual([1, 2, 3])
    for (const { data, presets: named } of paperTables)
      for (const name of named) expect(presets.find((preset) => preset.name === name)?.data).toBe(data)
  })
})

describe('matchingRun', () => {
  it('takes finished ones first, then more epochs, then the newer', () => {
    const paused = candidate('paused', { state: 'paused', epochs: 9 })
    const [old, longer, newer] = [candidate('old'), candidate('longer', { epochs: 4 }), candidate('newer')]
    expect(matchingRun('hrm-mnist', [paused])?.id).toBe('paused')
    expect(matchingRun('hrm-mnist', [old, paused])?.id).toBe('old')
    expect(matchingRun('hrm-mnist', [longer, old])?.id).toBe('longer')
    expect(matchingRun('hrm-mnist', [old, newer])?.id).toBe('newer')
  })

  it.each<[string, Partial<Candidate>]>([
    ['another preset', { configuration: { ...configuration, preset: 'cnn-mnist' } }],
    ['another model', { configuration: { ...configuration, model: { ...configuration.model, width: 64 } as never } }],
    [
      'a part of the data',
      { configuration: { ...configuration, training: { ...configuration.training, trainLimit: 9 } } },
    ],
    ['other data', { known: null }],
    ['no ended epoch', { epochs: 0 }],
  ])('takes no run of %s', (_, change) => {
    expect(matchingRun('hrm-mnist', [candidate('other', change)])).toBeNull()
  })
})

describe('paperTable', () => {
  const digits = [...'0123456789']
  const run = sampleRun({ preset: 'hrm-mnist', epochs: 1, batchesPerEpoch: 20, classes: digits, testImages: 100 })
  const rows = [
    { preset: 'hrm-mnist', run, published: publishedRecord('hrm-mnist') },
    { preset: 'cnn-mnist', run: null, published: null },
  ]

  it('sets ours beside published, and leaves out what was not run', () => {
    const [hrm, cnn] = paperTable(rows).rows
    expect(hrm!.slice(0, 3)).toEqual(['hrm-mnist', '1\u2009053\u2009056', '1'])
    expect(hrm![6]).toBe('98.0 %')
    expect(cnn!.slice(1)).toEqual(Array(7).fill('–'))
  })

  it('has every number unrounded in its CSV, under names of their own', () => {
    const { head, rows: made } = paperTableCsv(rows)
    const lines = [...made]
    expect(new Set(head).size).toBe(head.length)
    const of = (name: string) => lines[0]![head.indexOf(name)]
    expect(of('test_accuracy')).toBe(run.epochs.at(-1)!.evaluations.find(({ part }) => part === 'test')!.accuracy)
    expect(of('test_accuracy_published')).toBe(publishedRecord('hrm-mnist')!.finalTestAccuracy)
    expect(lines[1]).toEqual(['cnn-mnist', ...Array(8).fill(null)])
  })

  it('says what is missing and what is not at its end', () => {
    expect(paperTableNotes(rows)).toEqual([
      'Not run: cnn-mnist.',
      'hrm-mnist: after 1 of 3 epochs.',
      expect.stringMatching(/^Published: /),
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { accuracyChart, type AccuracyChartData } from './accuracy'
import { accuracyComparison, comparedStyle, lossComparison } from './comparison'
import { confusionChart } from './confusion'
import { isLogTick, type ChartLook } from './look'
import { fallsFar, lossChart, type LossCurve } from './loss'
import { themes } from './theme'

const look: ChartLook = { theme: themes.light, fontFamily: 'sans-serif', fontSize: 10, title: null, notes: [] }
const curve = (label: string, values: number[]): LossCurve => {
  const x = values.map((_, i) => i + 1)
  return { label, raw: { x, y: values.map((v) => v * 1.1) }, average: { x, y: values } }
}

describe('lossChart', () => {
  const chart = lossChart(
    { run: curve('this run', [2, 1]), afterUpdate: null, published: curve('published', [2.2, 1.2, 0.9]) },
    look,
    false,
  )

  it('draws raw values faint, thin, unnamed and below the averages', () => {
    const [raw, mean, , published] = chart.data.datasets
    expect(raw!.label).toBeUndefined()
    expect(raw!.borderWidth).toBeLessThan(mean!.borderWidth as number)
    expect(raw!.order).toBeGreaterThan(mean!.order!)
    expect(raw!.borderColor).not.toBe(mean!.borderColor)
    expect(mean).toMatchObject({ label: 'this run', borderDash: [] })
    expect(published!.label).toBe('published')
    expect(published!.borderDash).not.toEqual([])
    expect(mean!.data).toEqual([
      { x: 1, y: 2 },
      { x: 2, y: 1 },
    ])
  })

  it('spans all batches', () => {
    expect(chart.options!.scales!['x']).toMatchObject({ type: 'linear', min: 0, max: 3 })
    expect(chart.options!.scales!['y']).toMatchObject({ type: 'linear', min: 0 })
  })

  it('has a logarithmic form, chosen when a loss falls far', () => {
    const log = lossChart({ run: curve('this run', [2, 0, 0.01]), afterUpdate: null, published: null }, look, true)
    const y = log.options!.scales!['y'] as { type: string; min: number }
    expect(y.type).toBe('logarithmic')
    expect(y.min).toBeGreaterThan(0)
    expect(y.min).toBeLessThan(0.01)
    expect(fallsFar({ x: [1, 2], y: [2, 0.05] })).toBe(true)
    expect(fallsFar({ x: [1, 2], y: [2, 0.5] })).toBe(false)
    expect(fallsFar({ x: [], y: [] })).toBe(false)
    expect([1, 2, 3, 4, 5, 10, 0.02].filter((v) => isLogTick(v, 2))).toEqual([1, 2, 5, 10, 0.02])
    expect([1, 2, 5, 10, 0.001].filter((v) => isLogTick(v, 5))).toEqual([1, 10, 0.001])
  })
})

describe('accuracyChart', () => {
  const data: AccuracyChartData = {
    train: { x: [1, 2, 3], y: [0.5, 0.7, 0.8] },
    trainLabel: 'train',
    validation: null,
    test: { x: [1, 2, 3], y: [0.55, 0.65, 0.66] },
    published: {
      trainLabel: 'published train',
      train: { x: [1, 2, 3], y: [0.4, 0.6, 0.7] },
      test: { x: [], y: [] },
      level: { epoch: 25, accuracy: 0.65 },
    },
  }

  it('draws what was measured, published numbers hollow, a later published end as a level', () => {
    const { datasets } = accuracyChart(data, look).data
    expect(datasets.map(({ label }) => label)).toEqual([
      'test',
      'train',
      'published train',
      'published test after 25 epochs (65.0 %)',
    ])
    expect(datasets[2]!.pointBackgroundColor).toBe(themes.light.background)
    expect(datasets[3]!.data.map(({ y }) => y)).toEqual([0.65, 0.65])
  })

  it('gives the axis whole steps around the values and leaves room for a single epoch', () => {
    const scales = accuracyChart(data, look).options!.scales!
    expect(scales['y']).toMatchObject({ min: 0.4, max: 0.8 })
    expect(scales['x']).toMatchObject({ min: 0.5, max: 3.5 })
    const perfect = { ...data, published: null, test: { x: [1], y: [1] }, train: { x: [1], y: [0.995] } }
    expect(accuracyChart(perfect, look).options!.scales!['y']).toMatchObject({ max: 1 })
  })
})

describe('confusionChart', () => {
  it('colours by the share of the true class and keeps the counts', () => {
    const chart = confusionChart({ classes: 2, counts: Uint32Array.of(3, 1, 0, 8) }, ['cat', 'dog'], look)
    expect(chart.data.datasets[0]!.data).toEqual([
      { x: 0, y: 0, v: 3, share: 0.75 },
      { x: 1, y: 0, v: 1, share: 0.25 },
      { x: 0, y: 1, v: 0, share: 0 },
      { x: 1, y: 1, v: 8, share: 1 },
    ])
    expect(chart.plugins!.map(({ id }) => id)).toEqual(['cellNumbers', 'colorBar'])
  })

  it('leaves numbers and names out where nobody could read them', () => {
    const names = Array.from({ length: 100 }, (_, i) => `class ${i}`)
    const chart = confusionChart({ classes: 100, counts: new Uint32Array(10_000) }, names, look)
    expect(chart.plugins!.map(({ id }) => id)).toEqual(['colorBar'])
    expect(chart.options!.scales!['x']!.title!.text).toBe('predicted class (number)')
  })
})

describe('comparison', () => {
  it('gives a run the same colour in both charts and drops raw losses when there are many', () => {
    const few = lossComparison([curve('a', [1]), curve('b', [2])], look, false)
    expect(few.data.datasets).toHaveLength(4)
    const many = lossComparison(
      'abcdefgh'.split('').map((name) => curve(name, [1])),
      look,
      false,
    )
    expect(many.data.datasets.map(({ label }) => label)).toEqual([...'abcdefgh'])
    const tests = 'ab'.split('').map((label) => ({ label, test: { x: [1], y: [0.5] } }))
    const accuracy = accuracyComparison(tests, look)
    expect(accuracy.data.datasets[1]!.borderColor).toBe(few.data.datasets[3]!.borderColor)
    expect(accuracy.data.datasets[1]!.borderColor).toBe(comparedStyle(themes.light, 1).color)
  })
})

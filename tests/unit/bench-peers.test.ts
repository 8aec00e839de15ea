import { describe, expect, it } from 'vitest'
import { machineTime, othersShare } from '../../bench/peers/machine'
import { bestOfOurs, type Contender, judge, medianMs, speedOver, spreadMs, type Timing } from '../../bench/peers/marks'

const timing = (contender: Contender, ...rounds: number[][]): Timing => ({ contender, rounds, peakBytes: 1e9 })

describe('timings', () => {
  it('takes the median of all batches, and the rounds’ medians as spread', () => {
    const one = timing('xla', [10, 12, 100], [14, 16, 15])
    expect(medianMs(one)).toBe(14.5)
    expect(spreadMs(one)).toEqual([12, 15])
  })

  it('compares round by round: what slows a whole round cancels out', () => {
    const slowed = [timing('xla', [10], [40], [10]), timing('torch', [15], [60], [15])] as const
    expect(speedOver(...slowed)).toBe(1.5)
  })

  it('finds the fastest of ours, whatever the peers do', () => {
    expect(bestOfOurs([timing('eager', [9]), timing('graph', [7]), timing('jax', [1])])?.contender).toBe('graph')
    expect(bestOfOurs([timing('torch', [9])])).toBeNull()
  })
})

describe('marks', () => {
  const texts = (preset: string, timings: Timing[], share: number | null = null) =>
    Object.fromEntries(judge(preset, timings, share).map(({ mark, text }) => [mark, text]))

  it('says reached, missed by how much, and not measured', () => {
    const found = texts('hrm-mnist', [timing('xla', [100]), timing('torch', [142]), timing('jax', [90])])
    expect(found).toEqual({
      'speed over torch at least 1.5': 'missed by 0.08 (1.42)',
      'ahead of torch-compile': 'not measured',
      'ahead of jax': 'missed by 0.10 (0.90)',
      'memory at most 1.30 GB': 'reached (1.00 GB)',
      'bfloat16: speed over torch at least 1.8': 'not measured',
      'bfloat16: ahead of torch-bfloat16': 'not measured',
    })
  })

  it('judges bfloat16 by itself: it does not count as our best float32 mode', () => {
    const timings = [timing('graph', [100]), timing('bfloat16', [60]), timing('torch', [120])]
    expect(texts('cnn-cifar10', [...timings, timing('torch-bfloat16', [57])])).toMatchObject({
      'speed over torch at least 1.3': 'missed by 0.10 (1.20)',
      'bfloat16: speed over torch at least 1.8': 'reached (2.00)',
      'bfloat16: ahead of torch-bfloat16': 'missed by 0.05 (0.95)',
    })
  })

  it('judges the share of the matrix product where that is a mark', () => {
    const timings = [timing('graph', [100]), timing('torch', [130])]
    expect(texts('hrm-cifar10', timings, 0.55)).toMatchObject({
      'speed over torch at least 1.3': 'reached (1.30)',
      'at least 60 % of the matrix product': 'missed by 5 % (55 %)',
    })
  })

  it('has none for other presets', () => {
    expect(judge('testing-cnn', [timing('graph', [1])], null)).toEqual([])
  })
})

describe('the machine', () => {
  it('counts work and steal of all processors', () => {
    const text = 'cpu  100 5 20 900 7 1 2 30 0 0\ncpu0 1 1 1 1 1 1 1 1 0 0\n'
    expect(machineTime(text)).toEqual({ busy: 1280, steal: 300 })
  })

  it('tells what others had of two processors', () => {
    const share = othersShare({ busy: 0, steal: 0 }, { busy: 2100, steal: 100 }, 1800, 1000, 2)
    expect(share).toBeCloseTo(0.2)
  })
})

import { describe, expect, it, vi } from 'vitest'
import { LabError } from '../../../shared/errors'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import type { Lab } from '../lab'
import { ExpectedTimes, remembered } from './expected'
import type { Run } from './runs'

const configuration = presetConfiguration(presets.find(({ name }) => name === 'hrm-mnist')!)
const lab = { runs: { configuration: () => configuration } } as unknown as Lab
const run = (experiment: number, epochs = 0): Run => ({ experiment, epochs, dataSet: 'digits' }) as Run

describe('ExpectedTimes', () => {
  it('estimates an experiment once a minute, and takes off what is trained', async () => {
    let now = 0
    const estimate = vi.fn(async () => ({ secondsTotal: 90 }))
    const times = new ExpectedTimes(lab, estimate, () => now)
    const { epochs } = configuration.training
    expect(await times.of(run(1))).toBe(90)
    expect(await times.of(run(1, 1))).toBeCloseTo(90 * (1 - 1 / epochs))
    expect(await times.of(run(1, epochs))).toBe(0)
    expect(estimate).toHaveBeenCalledTimes(1)
    await times.of(run(2))
    now = 60_000
    await times.of(run(1))
    expect(estimate).toHaveBeenCalledTimes(3)
  })

  it('knows nothing where nothing can be estimated, and hides no defect', async () => {
    const failing = (error: Error): ExpectedTimes => new ExpectedTimes(lab, () => Promise.reject(error))
    expect(await failing(new LabError('not-found', 'gone')).of(run(1))).toBeNull()
    await expect(failing(new TypeError('defect')).of(run(1))).rejects.toThrow('defect')
  })
})

describe('remembered', () => {
  it('asks once within a while, again after a failure', async () => {
    let asked = 0
    const ask = remembered(async () => {
      if (++asked === 2) throw new Error('no')
      return asked
    }, 1000)
    expect(await Promise.all([ask(), ask()])).toEqual([1, 1])
    vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 1001)
    await expect(ask()).rejects.toThrow('no')
    expect(await ask()).toBe(3)
    vi.restoreAllMocks()
  })
})

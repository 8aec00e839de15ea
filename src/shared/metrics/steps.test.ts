import { describe, expect, it } from 'vitest'
import { joinSteps, makeSteps, sliceSteps, stepColumnNames, stepColumnTypes, stepCount } from './steps'

const steps = makeSteps(10, (name) => stepColumnTypes[name].from([1, 2, 3, 4, 5]))

describe('step columns', () => {
  it('are cut and joined again', () => {
    const parts = [sliceSteps(steps, 0, 2), sliceSteps(steps, 2, 2), sliceSteps(steps, 2, 5)]
    expect(parts.map((part) => part.firstStep)).toEqual([10, 12, 12])
    expect(joinSteps(parts)).toEqual(steps)
    expect(joinSteps([steps])).toBe(steps)
  })

  it('must be of one length', () => {
    expect(stepCount(steps)).toBe(5)
    expect(() => stepCount({ ...steps, loss: new Float32Array(4) })).toThrow('differ in length')
  })

  it('must follow one another', () => {
    expect(() => joinSteps([steps, steps])).toThrow('begins at 10, not at 15')
    expect(() => joinSteps([])).toThrow('No step blocks')
  })

  it('keep their stored order', () => {
    expect(stepColumnNames).toEqual([
      'batch',
      'epoch',
      'segment',
      'seconds',
      'wallTime',
      'loss',
      'learningRate',
      'gradientNorm',
      'accuracy',
      'authorLoss',
      'authorAccuracy',
    ])
  })
})

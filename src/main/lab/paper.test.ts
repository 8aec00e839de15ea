import { describe, expect, it } from 'vitest'
import { presets } from '../../shared/experiment/presets'
import { publishedTestAccuracy } from '../../shared/experiment/published'
import { publishedRecord } from './paper'

describe('published record', () => {
  it.each(presets.filter((p) => p.published))('of $name fits its preset', (preset) => {
    const record = publishedRecord(preset.name)!
    expect(record.parameters).toBe(preset.parameters)
    expect(record.epochs).toHaveLength(preset.training.epochs)
    const batches = Math.ceil((preset.data === 'mnist' ? 60_000 : 50_000) / preset.training.batch)
    expect(record.batchLoss).toHaveLength(batches * preset.training.epochs)
    const total = record.confusion.flat().reduce((a, b) => a + b)
    const right = record.confusion.reduce((sum, row, k) => sum + row[k]!, 0)
    expect(total).toBe(10_000)
    expect(Math.abs(right / total - publishedTestAccuracy(record)!)).toBeLessThan(0.002)
  })

  it('is null where nothing is published', () => {
    expect(publishedRecord('cnn-mnist')).toBeNull()
    expect(publishedRecord(null)).toBeNull()
  })
})

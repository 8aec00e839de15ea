import { describe, expect, it } from 'vitest'
import { requirePrecision } from './precision'

describe('requirePrecision', () => {
  it('lets float32 run everywhere', () => {
    requirePrecision({ precision: 'float32' }, { backend: 'cpu', device: 'CPU' })
    requirePrecision({ precision: 'float32' }, { backend: 'tensorflow', device: 'A GPU' })
  })

  it('says why bfloat16 cannot run, and the way out', () => {
    const bfloat16 = { precision: 'bfloat16' } as const
    expect(() => requirePrecision(bfloat16, { backend: 'cpu', device: 'CPU' })).toThrow(/plain JavaScript/)
    expect(() => requirePrecision(bfloat16, { backend: 'tensorflow', device: 'A GPU' })).toThrow(/GPU/)
  })
})

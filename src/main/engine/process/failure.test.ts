import { describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/errors'
import { explained } from './failure'

describe('explained', () => {
  it('hands on what a person can act on', () => {
    const error = new LabError('bad-input', 'It is wrong.', 'Make it right.')
    expect(explained(error)).toBe(error)
  })

  it('tells a lack of memory from TensorFlow’s words', () => {
    const words =
      'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[2048,50,128] and type float on /job:localhost/replica:0/task:0/device:CPU:0 by allocator bfc_cpu_allocator_for_gpu'
    expect(explained(new Error(words))).toMatchObject({
      kind: 'out-of-memory',
      message: 'The memory is not enough for a tensor of 2048 × 50 × 128 numbers.',
    })
  })

  it('knows nothing of others', () => {
    expect(explained(new Error('Invalid TF_Status: 3\nMessage: …'))).toBeNull()
    expect(explained('text')).toBeNull()
  })
})

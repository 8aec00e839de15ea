import { expect, it } from 'vitest'
import { whyNoGpu } from './run-self-test.mjs'

it('finds the telling line in TensorFlow’s log', () => {
  const log = `WARNING: All log messages before absl::InitializeLog() is called are written to STDERR
I0000 00:00:1795562024.000000   23790 cpu_feature_guard.cc:227] This TensorFlow binary is optimized to use CPU instructions.
E0000 00:00:1795562024.117120   23790 cuda_platform.cc:52] failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)
`
  expect(whyNoGpu(log)).toBe('failed call to cuInit: INTERNAL: CUDA error: Failed call to cuInit: UNKNOWN ERROR (303)')
  const library =
    'W0000 00:00:1.2 7 gpu_device.cc:2342] Cannot dlopen some GPU libraries. Please make sure the missing libraries are installed.'
  expect(whyNoGpu(library)).toMatch(/^Cannot dlopen some GPU libraries/)
  expect(whyNoGpu('')).toBe('it gave no reason')
})

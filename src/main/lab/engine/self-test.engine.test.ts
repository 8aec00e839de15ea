import { expect, it } from 'vitest'
import { bfloat16Problem } from '../../../../scripts/engine-setup/bfloat16.mjs'
import { runSelfTest } from '../../../../scripts/engine-setup/run-self-test.mjs'
import { engineBinding } from '../../../../tests/engine-binding'

it('times products of float32 numbers, and of bfloat16 ones where there are instructions for them', async () => {
  const { gflops, bfloat16Gflops, gpu } = await runSelfTest(engineBinding(), { kind: 'cpu' })
  expect(gpu).toBe(false)
  expect(gflops).toBeGreaterThan(0)
  if (bfloat16Problem('cpu') === null) expect(bfloat16Gflops).toBeGreaterThan(0)
  else expect(bfloat16Gflops).toBeNull()
})

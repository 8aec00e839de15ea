import { expect, it } from 'vitest'
import { bfloat16Problem } from './bfloat16.mjs'

const cpu = (flags: string) => () => `processor\t: 0\nmodel name\t: A CPU\nflags\t\t: fpu ${flags} sse\nbugs\t\t:\n`

it('finds the instructions by name, not by a part of it', () => {
  expect(bfloat16Problem('cpu', cpu('avx512f avx512_bf16'))).toBeNull()
  expect(bfloat16Problem('cpu', cpu('amx_bf16'))).toBeNull()
  expect(bfloat16Problem('cpu', cpu('avx512f avx512_bf16x'))).toMatch(/no bfloat16 instructions/)
  expect(bfloat16Problem('cpu', cpu('avx2'))).toMatch(/no bfloat16 instructions/)
})

it('says so where it cannot know', () => {
  const missing = (): string => {
    throw new Error('ENOENT')
  }
  expect(bfloat16Problem('cpu', missing)).toMatch(/only be told on Linux/)
  expect(bfloat16Problem('cuda', cpu('avx512_bf16'))).toMatch(/GPU/)
})

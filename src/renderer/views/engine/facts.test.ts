import { describe, expect, it } from 'vitest'
import { formatCount } from '../../../shared/charts/format'
import { sampleEngine } from '../../dev/samples'
import { engineFacts, factsText } from './facts'

const lines = (change: Partial<typeof sampleEngine>): string =>
  factsText(engineFacts({ ...sampleEngine, ...change }, null))
const process = { backend: 'tensorflow', device: 'CPU', tensorflow: '2', tfjs: '4', node: '24', threads: 1 } as const

describe('the facts of the engine', () => {
  it('say what trains, how fast, and what is not known', () => {
    expect(lines({})).toContain('Speed: 85 GFLOP/s')
    expect(lines({ gflops: 12_345 })).toContain('12.3 TFLOP/s')
    expect(lines({ gflops: null })).toContain('Speed: not measured yet')
    expect(lines({ bfloat16Gflops: 163 })).toContain('precision: its products are 1.9 times as fast as float32 ones')
    expect(lines({ bfloat16Gflops: 51 })).toContain('precision: slower than float32 here, by 40 % in its products')
    expect(lines({ bfloat16Gflops: null })).toMatch(/bfloat16: can be chosen as an experiment’s precision$/m)
    expect(lines({ backend: 'cpu' })).toContain('Backend: plain JavaScript')
    expect(lines({ kind: 'cuda' })).toMatch(/on the GPU[\s\S]*Memory of the GPU/)
    expect(lines({ compiler: null })).toContain('Compiler: unknown')
  })
  it('say which mode was the fastest, quickest first, or nothing', () => {
    expect(lines({})).toContain(
      `hrm, ${formatCount(1_053_056)} parameters, CPU, 2 threads: xla 355 ms, graph 412 ms a batch of 32`,
    )
    expect(engineFacts({ ...sampleEngine, modes: [] }, null).map(({ title }) => title)).not.toContain('Fastest mode')
  })
  it('say whether its process runs', () => {
    expect(lines({ process })).toContain('Process: running, 1 thread, Node 24')
    expect(lines({ work: 'start' })).toContain('Process: starting')
    expect(lines({})).toContain('the next run starts it')
  })
})

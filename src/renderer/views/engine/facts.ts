import { formatBytes, formatCount } from '../../../shared/charts/format'
import { bfloat16Words } from '../../../shared/experiment/engine-info'
import type { EngineView, LabStateView } from '../../state/lab.svelte'

/** Facts under a heading; null: not known. */
export interface FactGroup {
  readonly title: string
  readonly facts: readonly (readonly [name: string, value: string | null])[]
}

/** What the engine page says of the engine and the lab. */
export function engineFacts(engine: EngineView, lab: LabStateView | null): FactGroup[] {
  return [
    {
      title: 'What trains',
      facts: [
        ['Backend', backendWords(engine)],
        ['Device', engine.device],
        ['Why', sentence(engine.why)],
        ['Process', processWords(engine)],
        ['Speed', engine.gflops === null ? 'not measured yet' : `${speed(engine.gflops)}, float32 matrix product`],
        ['bfloat16', engine.bfloat16 ?? `can be chosen as an experiment’s precision${bfloat16Words(engine)}`],
        [engine.kind === 'cuda' ? 'Memory of the GPU' : 'Memory', formatBytes(engine.memoryBytes)],
        ['Processor cores', String(engine.cores)],
      ],
    },
    {
      title: 'Versions',
      facts: [
        ['HRM Lab', lab?.version ?? null],
        ['TensorFlow', engine.tensorflow],
        ['TensorFlow.js', engine.tfjs],
        ['NVIDIA driver', engine.driver ?? 'none found'],
        ['Compiler', engine.compiler],
        ['Built', engine.builtAt && new Date(engine.builtAt).toLocaleString()],
      ],
    },
    ...(engine.modes.length > 0 ? [{ title: 'Fastest mode', facts: engine.modes.map(modeFact) }] : []),
    {
      title: 'Places',
      facts: [
        ['Engine', engine.cacheFolder],
        ['Runs and data', lab?.home ?? null],
      ],
    },
  ]
}

/** What a model's batch took in each mode, the fastest first. */
function modeFact({
  family,
  parameters,
  device,
  threads,
  images,
  milliseconds,
}: EngineView['modes'][number]): [string, string] {
  const each = Object.entries(milliseconds)
    .sort(([, a], [, b]) => a - b)
    .map(([mode, ms]) => `${mode} ${formatCount(Math.round(ms))} ms`)
  return [
    `${family}, ${formatCount(parameters)} parameters, ${device}, ${threads} threads`,
    `${each.join(', ')} a batch of ${images}`,
  ]
}

/** The facts as lines of text, for a report. */
export const factsText = (groups: readonly FactGroup[]): string =>
  groups.flatMap(({ facts }) => facts.map(([name, value]) => `${name}: ${value ?? 'unknown'}`)).join('\n')

const speed = (gflops: number): string =>
  gflops >= 1000 ? `${(gflops / 1000).toPrecision(3)} TFLOP/s` : `${formatCount(gflops)} GFLOP/s`

function backendWords({ backend, kind }: EngineView): string {
  if (backend === 'cpu') return 'plain JavaScript'
  return kind === 'cuda' ? 'TensorFlow, native, on the GPU' : 'TensorFlow, native, on the processor'
}

function processWords({ process, work }: EngineView): string {
  if (process)
    return `running, ${process.threads} ${process.threads === 1 ? 'thread' : 'threads'}, Node ${process.node}`
  return work === 'start' ? 'starting' : 'not running; the next run starts it'
}

const sentence = (words: string): string => words[0]!.toUpperCase() + words.slice(1)

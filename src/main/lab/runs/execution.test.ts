import { describe, expect, it } from 'vitest'
import { LabError } from '../../../shared/errors'
import type { Configuration } from '../../../shared/experiment/configuration'
import type { EngineInfo, ExecutionMode } from '../../../shared/experiment/engine-info'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import type { EngineRequest } from '../../engine/protocol'
import type { Settings } from '../../store/queries/settings'
import { chooseExecution, type ExecutionContext } from './execution'
import { MeasuredModes } from './measured-modes'

const info: EngineInfo = {
  ...{ backend: 'tensorflow', device: 'CPU', tensorflow: '2', tfjs: '4', node: '24', threads: 2 },
}

/** An engine on which a batch takes so many milliseconds in each mode; an error is thrown. */
class TimedEngine {
  readonly info = info
  /** What was asked of it: lanes, or a mode that was timed. */
  readonly asked: (number | ExecutionMode)[] = []
  readonly #milliseconds: Partial<Record<ExecutionMode, number | Error>>

  constructor(milliseconds: Partial<Record<ExecutionMode, number | Error>>) {
    this.#milliseconds = milliseconds
  }

  async arrange(lanes: number): Promise<EngineInfo> {
    this.asked.push(lanes)
    return info
  }

  async request(request: EngineRequest): Promise<never> {
    if (request.kind !== 'time-mode') throw new Error(request.kind)
    this.asked.push(request.mode)
    const taken = this.#milliseconds[request.mode]
    if (taken instanceof Error) throw taken
    return taken as never
  }
}

function memory(): MeasuredModes {
  const values = new Map<string, unknown>()
  const settings = {
    get: (key: string) => values.get(key) ?? null,
    set: (key: string, value: unknown) => void values.set(key, value),
  }
  return new MeasuredModes(settings as unknown as Settings)
}

function context(
  preset: string,
  change: Partial<Configuration['training']>,
  engine: TimedEngine,
  more: Partial<ExecutionContext> = {},
): ExecutionContext & { readonly told: string[] } {
  const { input, ...rest } = presets.find(({ name }) => name === preset)!
  const base = presetConfiguration({ input, ...rest })
  const told: string[] = []
  return {
    configuration: { ...base, training: { ...base.training, ...change } },
    input,
    images: 60_000,
    engine: engine as unknown as ExecutionContext['engine'],
    info,
    modes: memory(),
    tell: (_, message) => told.push(message),
    told,
    ...more,
  }
}

describe('chooseExecution', () => {
  it.each([
    ['eager', 1],
    ['graph', 2],
    ['xla', 1],
  ] as const)('takes %s when it is asked for, in %i lanes', async (mode, lanes) => {
    const engine = new TimedEngine({})
    expect(await chooseExecution(context('hrm-mnist', { mode }, engine))).toEqual({ mode, lanes })
    expect(engine.asked).toEqual([])
  })

  it('measures each mode as it would be run, remembers it, and takes the fastest', async () => {
    const engine = new TimedEngine({ graph: 500, xla: 600 })
    const given = context('hrm-mnist', {}, engine)
    expect(await chooseExecution(given)).toEqual({ mode: 'graph', lanes: 2 })
    expect(engine.asked).toEqual([2, 'graph', 1, 'xla'])
    expect(given.told).toEqual([
      'Measuring which mode is the fastest for this model on this machine.',
      'A batch of 64 images takes: graph 500 ms, xla 600 ms.',
    ])
    const later = new TimedEngine({})
    expect(await chooseExecution({ ...given, engine: later as never })).toEqual({ mode: 'graph', lanes: 2 })
    expect(later.asked).toEqual([])
  })

  it('goes on without XLA where it does not compile the model, and says so', async () => {
    const engine = new TimedEngine({ graph: 500, xla: new LabError('defect', 'No kernel.') })
    const given = context('cnn-cifar10', {}, engine)
    expect(await chooseExecution(given)).toEqual({ mode: 'graph', lanes: 1 })
    expect(given.told[1]).toBe('XLA does not compile this model: No kernel.')
  })

  it('refuses what cannot be recorded', async () => {
    const engine = new TimedEngine({ graph: new LabError('engine', 'This model cannot run as one graph.') })
    await expect(chooseExecution(context('hrm-mnist', {}, engine))).rejects.toThrow('cannot run as one graph')
  })

  it.each([
    ['eager on plain JavaScript', {}, { info: { ...info, backend: 'cpu' as const } }, { mode: 'eager', lanes: 1 }],
    ['a graph with bfloat16', { precision: 'bfloat16' as const }, {}, { mode: 'graph', lanes: 2 }],
    ['eager for what takes seconds', {}, { images: 100 }, { mode: 'eager', lanes: 1 }],
    ['a graph for what takes minutes', {}, { images: 2000 }, { mode: 'graph', lanes: 2 }],
  ])('takes %s without measuring', async (_, change, more, expected) => {
    const engine = new TimedEngine({})
    expect(await chooseExecution(context('hrm-mnist', change, engine, more))).toEqual(expected)
    expect(engine.asked).toEqual([])
  })
})

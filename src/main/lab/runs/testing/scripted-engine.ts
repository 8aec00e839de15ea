import { LabError } from '../../../../shared/errors'
import type { EngineInfo } from '../../../../shared/experiment/engine-info'
import type { EngineEvent, EngineRequest, TrainRequest, TrainResult } from '../../../engine/protocol'
import type { EngineExit } from '../../engine/supervisor'
import type { OpenedEngine } from '../kept-engine'

export const engineInfo: EngineInfo = {
  ...{ backend: 'cpu', device: 'CPU', tensorflow: null, tfjs: '4', node: '24', threads: 1 },
}

/** How a training went. */
export const trainResult = (reason: TrainResult['reason'], message: string | null = null): TrainResult => ({
  ...{ reason, step: 4, epoch: 0, checkpoint: null, message },
})

/** A training written down: what it tells, and how it ends; `halted` resolves with the first halt asked for. */
export type Script = (
  tell: (event: EngineEvent) => void,
  halted: Promise<'pause' | 'stop'>,
  train: TrainRequest,
) => Promise<TrainResult>

/** An engine whose trainings follow a script. */
export class ScriptedEngine {
  readonly requests: EngineRequest[] = []
  info: EngineInfo | null = engineInfo
  stopped = 0
  /** As it was arranged last. */
  lanes = 1
  readonly #script: Script
  readonly #listeners = new Set<(event: EngineEvent) => void>()
  readonly #exitListeners = new Set<(exit: EngineExit) => void>()
  #halt: (how: 'pause' | 'stop') => void = () => undefined
  #die: (error: Error) => void = () => undefined

  constructor(script: Script) {
    this.#script = script
  }

  /** As openEngine gives it. */
  get opened(): OpenedEngine {
    return { engine: this as unknown as OpenedEngine['engine'], info: engineInfo }
  }

  onEvent(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onExit(listener: (exit: EngineExit) => void): () => void {
    this.#exitListeners.add(listener)
    return () => this.#exitListeners.delete(listener)
  }

  async request(request: EngineRequest): Promise<never> {
    this.requests.push(request)
    if (request.kind === 'halt') this.#halt(request.how)
    if (request.kind !== 'train') return null as never
    const halted = new Promise<'pause' | 'stop'>((resolve) => (this.#halt = resolve))
    const died = new Promise<never>((_, reject) => (this.#die = reject))
    const tell = (event: EngineEvent): void => this.#listeners.forEach((listener) => listener(event))
    return (await Promise.race([this.#script(tell, halted, request.train), died])) as never
  }

  async arrange(lanes: number): Promise<EngineInfo> {
    this.lanes = lanes
    return { ...engineInfo, ...(lanes > 1 ? { lanes } : {}) }
  }

  /** The process is killed from outside. */
  die(): void {
    this.info = null
    this.#die(new LabError('engine', 'The engine process was ended by SIGKILL.'))
    this.#exit(false)
  }

  async stop(): Promise<void> {
    this.info = null
    this.stopped++
    this.#exit(true)
  }

  #exit(expected: boolean): void {
    const exit = { expected, code: expected ? 0 : null, signal: expected ? null : 'SIGKILL', stderr: '' }
    this.#exitListeners.forEach((listener) => listener(exit))
  }
}

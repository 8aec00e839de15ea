import { LabError } from '../../../shared/errors'
import { Inspector } from '../inspect/inspector'
import type { EngineEvent, EngineInfo, EngineReplies, EngineRequest, FromEngine, ToEngine } from '../protocol'
import { HaltSignal } from '../training/halt'
import { timeMode } from './time-mode'
import { explained } from './failure'
import type { EngineParts } from './parts'
import type { EnginePort } from './port'
import { removeDamaged, runClassify, runEvaluate, runTrain } from './tasks'

type Kind = EngineRequest['kind']
type RequestOf<K extends Kind> = Extract<EngineRequest, { kind: K }>

/**
 * Answers the lab's requests. One work at a time: TensorFlow has this thread, so a second one is refused rather than
 * left to wait for hours; only `halt` and `quit` come between.
 */
export class Engine {
  readonly #port: EnginePort
  readonly #parts: EngineParts
  readonly #exit: (code: number) => void
  #info: EngineInfo | null = null
  /** What is being worked on, and its halt signal when it is a training. */
  #work: { readonly kind: Kind; readonly halt: HaltSignal } | null = null
  readonly #inspector = new Inspector()
  /** Answers on their way. */
  readonly #answers = new Set<Promise<void>>()

  /** @param exit ends the process */
  constructor(port: EnginePort, parts: EngineParts, exit: (code: number) => void) {
    this.#port = port
    this.#parts = parts
    this.#exit = exit
  }

  /** Starts listening. */
  listen(): void {
    this.#port.onMessage((message) => {
      const answer: Promise<void> = this.#answer(message).finally(() => this.#answers.delete(answer))
      if (message.request.kind !== 'quit') this.#answers.add(answer)
    })
    // Without the lab nobody records the steps: going on, or writing a checkpoint past what is recorded, would leave a hole.
    this.#port.onClose(() => this.#exit(0))
  }

  async #answer({ id, request }: ToEngine): Promise<void> {
    let reply: FromEngine
    try {
      reply = { type: 'reply', id, ok: true, value: await this.#dispatch(request) }
    } catch (error) {
      reply = { type: 'reply', id, ok: false, ...describe(error) }
    }
    await this.#port.send(reply)
    if (request.kind === 'quit') this.#exit(0)
  }

  #dispatch(request: EngineRequest): Promise<EngineReplies[Kind]> {
    switch (request.kind) {
      case 'halt':
        this.#work?.halt.request(request.how)
        return Promise.resolve(null)
      case 'quit':
        return this.#quit()
      default:
        return this.#exclusively(request)
    }
  }

  /** Pauses a training (its checkpoint is written) and waits until everything is answered; then the process may end. */
  async #quit(): Promise<null> {
    this.#work?.halt.request('pause')
    await Promise.all(this.#answers)
    return null
  }

  async #exclusively(request: Exclude<EngineRequest, RequestOf<'halt' | 'quit'>>): Promise<EngineReplies[Kind]> {
    if (this.#work)
      throw new LabError(
        'busy',
        `The engine is at work (${this.#work.kind}) and does one thing at a time.`,
        'Wait until it is done, or stop it.',
      )
    const halt = new HaltSignal()
    this.#work = { kind: request.kind, halt }
    try {
      return await this.#perform(request, halt)
    } finally {
      this.#work = null
    }
  }

  async #perform(
    request: Exclude<EngineRequest, RequestOf<'halt' | 'quit'>>,
    halt: HaltSignal,
  ): Promise<EngineReplies[Kind]> {
    if (request.kind === 'start') return this.#start(request)
    const engine = this.#started()
    switch (request.kind) {
      case 'train':
        return runTrain(this.#parts, request.train, { engine, halt, emit: this.#emit })
      case 'evaluate':
        return runEvaluate(this.#parts, request, { halt, emit: this.#emit })
      case 'classify':
        return runClassify(this.#parts, request)
      case 'inspect':
        return this.#inspector.inspectImage(request)
      case 'score-segments':
        return this.#inspector.scoreSegments(request)
      case 'time-mode':
        removeDamaged(request.mode, this.#emit)
        return timeMode(this.#parts, request, engine)
      case 'verify-vectors':
        return this.#parts.verifyVectors(request.file, request.mode, engine.lanes ?? 1)
      case 'self-test':
        return (await import('./self-test')).selfTest(request.size)
    }
  }

  async #start({ start }: RequestOf<'start'>): Promise<EngineInfo> {
    if (this.#info)
      throw new LabError('engine', 'The engine was started already.', 'Start a new process for another backend.')
    this.#info = await this.#parts.loadBackend(start)
    return this.#info
  }

  #started(): EngineInfo {
    if (this.#info) return this.#info
    throw new LabError('engine', 'The engine has no backend yet: start comes first.')
  }

  readonly #emit = (event: EngineEvent): void => {
    void this.#port.send({ type: 'event', event })
  }
}

/** What the lab is told of an error; a defect's stack goes to stderr as well, where the lab keeps the last lines. */
function describe(error: unknown): { kind: string; message: string; hint: string | null } {
  const known = explained(error)
  if (known) return { kind: known.kind, message: known.message, hint: known.hint }
  console.error(error)
  return { kind: 'defect', message: error instanceof Error ? error.message : String(error), hint: null }
}

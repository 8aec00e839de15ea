import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Tensor, tf, type Variable } from '../backends/tf'
import { type NativeBackend, nativeBackend, tensorId, tensorInfo, type TensorMetadata } from './binding'
import { type NamedRecording, names, savedModel } from './graph-def'
import type { Recording } from './recording'

/** Numbers of the variables that a function reads or assigns, some more than once. */
function variablesOf({ nodes, outputs, assigned }: Recording): number[] {
  const read = nodes.flatMap((node) => (node.kind === 'operation' ? node.inputs : []))
  const given = [...outputs, ...assigned].map(({ reference }) => reference)
  const numbers = [...read, ...given].flatMap((one) => (one.from === 'variable' ? [one.index] : []))
  return [...numbers, ...assigned.map(({ variable }) => variable)]
}

/**
 * Recorded functions as one TensorFlow session, which holds the values of the variables they read or assign between calls. The
 * tfjs variables keep what they had when they were last pulled.
 */
export class GraphSession {
  readonly #backend: NativeBackend
  /** By their number: those that are read or assigned, and those that are assigned. */
  readonly #used: ReadonlyMap<number, Variable>
  readonly #assigned: ReadonlyMap<number, Variable>
  readonly #outputs: ReadonlyMap<string, number>
  readonly #inputs: ReadonlyMap<string, number>
  readonly #session: number
  /** Bytes of the graph. */
  readonly bytes: number

  /** @throws Error of TensorFlow when it does not take the graph */
  constructor(variables: readonly Variable[], functions: readonly NamedRecording[]) {
    this.#backend = nativeBackend()
    const subset = (numbers: Iterable<number>): ReadonlyMap<number, Variable> =>
      new Map([...new Set(numbers)].map((number) => [number, variables[number]!]))
    this.#used = subset(functions.flatMap(({ recording }) => variablesOf(recording)))
    this.#assigned = subset(functions.flatMap(({ recording }) => recording.assigned.map(({ variable }) => variable)))
    this.#inputs = new Map(functions.map(({ name, recording }) => [name, recording.inputs.length]))
    this.#outputs = new Map(functions.map(({ name, recording }) => [name, recording.outputs.length]))
    const specifications = variables.map((variable) => {
      const { dtype, shape } = tensorInfo(this.#backend, variable)
      return { type: dtype, shape }
    })
    const model = savedModel(specifications, functions)
    this.bytes = model.length
    const folder = mkdtempSync(join(tmpdir(), 'hrm-lab-graph-'))
    try {
      writeFileSync(join(folder, 'saved_model.pb'), model)
      this.#session = this.#backend.binding.loadSavedModel(folder, 'serve')
    } finally {
      rmSync(folder, { recursive: true })
    }
  }

  /** Hands the variables' values to the session, which has none at first. */
  push(): void {
    const feeds = [...this.#used.keys()].map((number) => names.feedVariable(number))
    const sets = [...this.#used.keys()].map((number) => names.setVariable(number))
    if (feeds.length > 0) this.#discard(this.#run([...this.#used.values()] as unknown as Tensor[], feeds, sets))
  }

  /** Takes the session's values of what it assigns into the variables. */
  pull(): void {
    const assigned = [...this.#assigned]
    const fetched = this.#run(
      [],
      [],
      assigned.map(([number]) => names.readVariable(number)),
    )
    tf.tidy(() =>
      fetched.forEach((metadata, i) => {
        assigned[i]![1].assign(this.#backend.createOutputTensor(metadata))
      }),
    )
  }

  /**
   * Calls a function. The caller frees what it gives.
   * @param outputs how many of its first outputs are wanted: what only others need is not computed
   * @throws Error of TensorFlow, e.g. out of memory
   */
  call(name: string, inputs: readonly Tensor[], outputs = this.#outputs.get(name)!): Tensor[] {
    const feeds = Array.from({ length: this.#inputs.get(name)! }, (_, index) => names.input(name, index))
    const fetches = Array.from({ length: outputs }, (_, index) => names.output(name, index))
    return this.#run(inputs, feeds, fetches).map((metadata) => this.#backend.createOutputTensor(metadata))
  }

  #run(inputs: readonly Tensor[], feeds: readonly string[], fetches: readonly string[]): TensorMetadata[] {
    const ids = inputs.map((tensor) => tensorId(this.#backend, tensor))
    return this.#backend.binding.runSavedModel(this.#session, ids, feeds.join(), fetches.join())
  }

  #discard(results: readonly TensorMetadata[]): void {
    for (const { id } of results) this.#backend.binding.deleteTensor(id)
  }

  /** Ends the session; the variables are the caller's. */
  dispose(): void {
    this.#backend.binding.deleteSavedModel(this.#session)
  }
}

import { LabError } from '../../../shared/errors'
import type { TrainingConfiguration } from '../../../shared/experiment/configuration'
import { Random } from '../../../shared/random/philox'
import { streams } from '../../../shared/random/streams'
import { type Tensor, type Tensor1D, tf, type Variable } from '../backends/tf'
import type { Model } from '../models/model'
import type { Values } from '../models/parameters'
import { AdamW } from './adamw'
import type { NamedTensor } from './learner'

const byName = (tensors: readonly NamedTensor[]): Map<string, NamedTensor> =>
  new Map(tensors.map((tensor) => [tensor.name, tensor]))

/** Everything of a model that training changes: its parameters in one vector, its buffers, the optimizer's moments. */
export class ModelState {
  readonly model: Model
  readonly parameters: Variable
  readonly buffers: readonly Variable[]
  readonly optimizer: AdamW

  /** Draws the first weights from the configuration's seed. Owns `model`. */
  constructor(model: Model, training: TrainingConfiguration) {
    this.model = model
    const { parameters } = model
    this.parameters = tf.tidy(() => tf.variable(tf.zeros([parameters.count]), false))
    this.buffers = parameters.buffers.map(({ shape }) => tf.tidy(() => tf.variable(tf.zeros([...shape]), false)))
    this.optimizer = new AdamW(parameters.count, training)
    this.importWeights(parameters.initial(new Random(training.seed, streams.initialWeights)))
  }

  /** All variables, in a fixed order. */
  get variables(): readonly Variable[] {
    return [this.parameters, this.optimizer.moment1, this.optimizer.moment2, ...this.buffers]
  }

  /** The parameters as the tensors the model reads. */
  views(): Tensor[] {
    return this.model.parameters.split(this.parameters as unknown as Tensor1D)
  }

  /** Gives the model its values: these views, and the buffers. */
  values(views: readonly Tensor[] = []): Values {
    return ({ kind, index }) => (kind === 'view' ? views[index]! : (this.buffers[index] as unknown as Tensor))
  }

  /** See Learner.exportWeights. */
  exportWeights(): NamedTensor[] {
    const { parameters } = this.model
    const buffers = parameters.buffers.map(({ name, shape }, index) => ({
      name,
      shape,
      data: read(this.buffers[index]!),
    }))
    return [...parameters.toExport(read(this.parameters)), ...buffers]
  }

  /** See Learner.importWeights. @throws LabError when a tensor is missing, extra, or of another shape */
  importWeights(tensors: readonly NamedTensor[]): void {
    const { parameters } = this.model
    const given = byName(tensors)
    const vector = parameters.fromExport(given)
    const buffers = parameters.buffersFromExport(given)
    refuseOthers(tensors, [...parameters.names, ...parameters.buffers.map(({ name }) => name)])
    assign(this.parameters, vector)
    buffers.forEach((data, index) => assign(this.buffers[index]!, data))
  }

  /** See Learner.exportOptimizer. */
  exportOptimizer(): { step: number; tensors: NamedTensor[] } {
    const { parameters } = this.model
    const { step, moment1, moment2 } = this.optimizer
    const tensors = [
      ...parameters.toExport(read(moment1), 'moment1.'),
      ...parameters.toExport(read(moment2), 'moment2.'),
    ]
    return { step, tensors }
  }

  /** See Learner.importOptimizer. @throws LabError as {@link importWeights} */
  importOptimizer({ step, tensors }: { readonly step: number; readonly tensors: readonly NamedTensor[] }): void {
    const { parameters } = this.model
    const given = byName(tensors)
    const moment1 = parameters.fromExport(given, 'moment1.')
    const moment2 = parameters.fromExport(given, 'moment2.')
    refuseOthers(
      tensors,
      parameters.names.flatMap((name) => [`moment1.${name}`, `moment2.${name}`]),
    )
    assign(this.optimizer.moment1, moment1)
    assign(this.optimizer.moment2, moment2)
    this.optimizer.step = step
  }

  dispose(): void {
    tf.dispose([this.parameters, ...this.buffers])
    this.optimizer.dispose()
    this.model.dispose()
  }
}

const read = (variable: Variable): Float32Array => Float32Array.from(variable.dataSync<'float32'>())

function assign(variable: Variable, data: Float32Array): void {
  tf.tidy(() => variable.assign(tf.tensor(data, variable.shape)))
}

function refuseOthers(tensors: readonly NamedTensor[], known: readonly string[]): void {
  const names = new Set(known)
  const extra = tensors.find(({ name }) => !names.has(name))
  if (extra)
    throw new LabError(
      'bad-input',
      `These weights have a tensor ${extra.name} that this model does not know.`,
      'Use weights of a model with the same configuration, on images of the same shape.',
    )
}

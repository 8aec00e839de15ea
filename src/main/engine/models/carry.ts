import { tf } from '../backends/tf'
import type { Model } from './model'
import type { Values } from './parameters'

/** Names of what a model's carry holds, in the order in which recorded functions take and give it; empty for one without state. */
export const carryNames = (model: Model, values: Values): readonly string[] =>
  tf.tidy(() => Object.keys(model.start(values, 1)).sort() as never) as readonly string[]

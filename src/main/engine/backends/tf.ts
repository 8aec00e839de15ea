/**
 * The one TensorFlow.js core of this process. Everything in the engine imports `tf` from here.
 *
 * The native backend is a CommonJS package and requires tfjs-core as CommonJS; an ES import of tfjs-core would be a second
 * copy of it with its own classes. Hence createRequire.
 */
import { createRequire } from 'node:module'
import type * as core from '@tensorflow/tfjs-core'

/** Resolves the engine's CommonJS packages, from source and from the bundle alike. */
export const requirePackage = createRequire(import.meta.url)

/** Types of tensors are exported beside it: `import { tf, type Tensor4D } from …`. */
export const tf = requirePackage('@tensorflow/tfjs-core') as typeof core

export type {
  Scalar,
  Tensor,
  Tensor1D,
  Tensor2D,
  Tensor3D,
  Tensor4D,
  TensorContainer,
  Variable,
} from '@tensorflow/tfjs-core'

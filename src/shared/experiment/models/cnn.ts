import { z } from 'zod'
import type { FieldNotes } from '../field'
import { OPERATION_SECONDS, type InputShape, type ModelCost, type ModelFamily, type RuleBreak } from '../family'

export const cnnSchema = z.strictObject({
  family: z.literal('cnn'),
  /** W: channels of the first stage; the second has 2W. */
  width: z.int().min(1).max(1024),
  /** Share of the pooled features dropped in training, before the head. The paper uses 0. */
  dropout: z.number().min(0).max(0.95),
})
export type CnnModel = z.infer<typeof cnnSchema>

const fields: FieldNotes<Omit<CnnModel, 'family'>> = {
  width: {
    label: 'Stage 1 channels',
    symbol: 'W',
    group: 'Model',
    step: 16,
    help: 'Channels of the first stage; the second has twice as many.',
    reason: '64 in the paper. Parameters and time grow with its square.',
  },
  dropout: {
    label: 'Dropout',
    group: 'Regularisation',
    step: 0.05,
    help: 'Share of the pooled features set to 0 in training, before the head.',
    reason: '0 in the paper.',
  },
}

/**
 * Copies of each map (before and after a 3 × 3 convolution's normalisation and ReLU, and their gradients) that are held at
 * once. Calibrated: 1.4 GiB of cnn-cifar10 at its peak (docs/reproduction.md, "Speed").
 */
export const CONVOLUTION_COPIES = 8.8
/** Operations of one optimizer step: 4 convolutions with what follows them, there and back, and the update. */
const OPERATIONS = 200

/** The paper's baseline: two stages of Conv-BN-ReLU, global average pool, linear head. */
export const cnnFamily: ModelFamily<typeof cnnSchema> = {
  family: 'cnn',
  label: 'CNN',
  title: 'Two-stage Conv-BN-ReLU network (arXiv 2510.03598, baseline)',
  schema: cnnSchema,
  fields,
  check(_model: CnnModel, input: InputShape | null): RuleBreak[] {
    return input && (input.height < 4 || input.width < 4)
      ? [{ path: ['model', 'family'], rule: `the image side (${input.height} × ${input.width}) must be at least 4` }]
      : []
  },
  cost(model: CnnModel, input: InputShape): ModelCost {
    const { width: W } = model
    const { height, width, channels: C, classes: K } = input
    const stage1 = 9 * C * W + 9 * W * W
    const stage2 = 9 * W * 2 * W + 9 * 2 * W * 2 * W
    const pixels = height * width
    const forward = 2 * (pixels * stage1 + (pixels / 4) * stage2) + 2 * 2 * W * K
    return {
      parameters: stage1 + stage2 + 2 * (W + W + 2 * W + 2 * W) + 2 * W * K,
      trainFlops: 3 * forward,
      evalFlops: forward,
      activations: CONVOLUTION_COPIES * (2 * pixels * W + 2 * (pixels / 4) * 2 * W),
    }
  },
  speed: () => ({
    share: { eager: 0.556, recorded: 0.94, bfloat16: 1.67 },
    stepSeconds: OPERATIONS * OPERATION_SECONDS,
  }),
  inside: 'class-map',
  mixesImages: true,
}

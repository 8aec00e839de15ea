import { z } from 'zod'
import type { InputShape, ModelCost, ModelFamily, RuleBreak } from '../family'

export const cnnSchema = z.strictObject({
  family: z.literal('cnn'),
  /** W: channels of the first stage; the second has 2W. */
  width: z.int().min(1).max(1024),
  /** Share of the pooled features dropped in training, before the head. The paper uses 0. */
  dropout: z.number().min(0).max(0.95),
})
export type CnnModel = z.infer<typeof cnnSchema>

/** The paper's baseline: two stages of Conv-BN-ReLU, global average pool, linear head. */
export const cnnFamily: ModelFamily<typeof cnnSchema> = {
  family: 'cnn',
  title: 'Two-stage Conv-BN-ReLU network (arXiv 2510.03598, baseline)',
  schema: cnnSchema,
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
    }
  },
}

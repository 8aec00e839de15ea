import { z } from 'zod'
import type { FieldNotes } from '../field'
import type { InputShape, ModelCost, ModelFamily, RuleBreak } from '../family'
import { CONVOLUTION_COPIES } from './cnn'
import {
  checkHeads,
  moduleParameters,
  recurrentActivations,
  recurrentFields,
  recurrentFlops,
  recurrentSpeed,
} from './hrm'
import { recurrentNotes } from './recurrent-notes'

export const hrmStemSchema = z.strictObject({
  family: z.literal('hrm-stem'),
  /** Channels after the first convolution stage; the second has `width` channels. */
  stemWidth: z.int().min(1).max(2048),
  /** Base of the rotary angles; smaller than the paper's 10000 since rows and columns are short. */
  ropeBase: z.number().min(2).max(1e6),
  ...recurrentFields,
})
export type HrmStemModel = z.infer<typeof hrmStemSchema>

const fields: FieldNotes<Omit<HrmStemModel, 'family'>> = {
  stemWidth: {
    label: 'Stem channels',
    group: 'Model',
    step: 16,
    help: 'Channels after the first convolution stage; the second has as many as the width.',
    reason: '64, as the CNN baseline’s first stage. Nothing is published for this variant.',
  },
  ropeBase: {
    label: 'Rotary base',
    group: 'Model',
    advanced: true,
    step: '1-2-5',
    help: 'Base of the rotary angles that tell rows and columns apart.',
    reason: '100: smaller than the paper’s 10 000, since rows and columns are short.',
  },
  ...recurrentNotes,
}

/** HRM on tokens from two convolution stages instead of patches: the first variant past the paper. */
export const hrmStemFamily: ModelFamily<typeof hrmStemSchema> = {
  family: 'hrm-stem',
  label: 'HRM with a stem',
  title: 'HRM behind two Conv-BN-ReLU-MaxPool stages, with positions in two dimensions',
  schema: hrmStemSchema,
  fields,
  check(model: HrmStemModel, input: InputShape | null): RuleBreak[] {
    const breaks = checkHeads(model)
    if (breaks.length === 0 && (model.width / model.heads) % 4 !== 0)
      breaks.push({
        path: ['model', 'heads'],
        rule: `the width of one head, width / heads = ${model.width / model.heads}, must be a multiple of 4: half of its pairs turn with the row, half with the column`,
      })
    if (input && (input.height % 4 !== 0 || input.width % 4 !== 0))
      breaks.push({
        path: ['model', 'family'],
        rule: `the image side (${input.height} × ${input.width}) must be a multiple of 4: the stem halves it twice`,
      })
    return breaks
  },
  cost(model: HrmStemModel, input: InputShape): ModelCost {
    const { width: D, stemWidth: W } = model
    const { height, width, channels, classes } = input
    const cells = (height / 4) * (width / 4)
    const headWidth = classes + (model.act ? 2 : 0)
    const stem = 9 * channels * W + 2 * W + 9 * W * D + 2 * D
    const stemFlops = 2 * 9 * height * width * (channels * W + (W * D) / 4)
    return {
      parameters: stem + cells * D + D + 2 * moduleParameters(D, model.layersPerModule) + D * headWidth,
      ...recurrentFlops(model, cells + 1, stemFlops, 2 * D * headWidth),
      activations:
        CONVOLUTION_COPIES * (height * width * W + (height / 2) * (width / 2) * D) +
        recurrentActivations(model, cells + 1),
    }
  },
  speed: recurrentSpeed,
  inside: 'recurrence',
  mixesImages: true,
}

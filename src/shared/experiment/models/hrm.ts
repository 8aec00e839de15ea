import { z } from 'zod'
import {
  OPERATION_SECONDS,
  type InputShape,
  type ModelCost,
  type ModelFamily,
  type ModelSpeed,
  type RuleBreak,
} from '../family'
import type { FieldNotes } from '../field'
import { recurrentNotes } from './recurrent-notes'

/** Fields every HRM has, whatever makes its tokens. Symbols as in arXiv 2510.03598. */
export const recurrentFields = {
  /** D: numbers per token. */
  width: z.int().min(2).max(4096),
  /** h: attention heads; D/h must be whole and even (rotary positions turn pairs). */
  heads: z.int().min(1).max(64),
  /** Transformer blocks in each of the two modules. */
  layersPerModule: z.int().min(1).max(24),
  /** N: times the high module runs in a segment. */
  highCycles: z.int().min(1).max(64),
  /** T: low steps in each high cycle. */
  lowSteps: z.int().min(1).max(64),
  /** M in training: segments per batch, each with its own optimizer step. */
  segmentsTrain: z.int().min(1).max(64),
  /** M in evaluation. */
  segmentsEval: z.int().min(1).max(64),
  /** Adaptive computation time: two more sigmoids (halt, continue) on the CLS token. The paper leaves it off. */
  act: z.boolean(),
}

export const hrmSchema = z.strictObject({
  family: z.literal('hrm'),
  /** P: side of the square patches, in pixels. */
  patch: z.int().min(1).max(512),
  ...recurrentFields,
})
export type HrmModel = z.infer<typeof hrmSchema>
/** What every HRM has. */
export type Recurrent = z.infer<z.ZodObject<typeof recurrentFields>>

/** Rules of the transformer blocks: heads divide the width, each head is of even width. */
export function checkHeads(model: { width: number; heads: number }): RuleBreak[] {
  const { width, heads } = model
  if (width % heads !== 0)
    return [{ path: ['model', 'heads'], rule: `heads (${heads}) must divide width (${width}) without rest` }]
  if ((width / heads) % 2 !== 0)
    return [
      {
        path: ['model', 'heads'],
        rule: `the width of one head, width / heads = ${width / heads}, must be even: rotary positions turn pairs`,
      },
    ]
  return []
}

/** Trainable numbers of one module: per block qkv D·3D, out D·D, up D·8D, down 4D·D, two scales D. */
export function moduleParameters(width: number, layers: number): number {
  return layers * (16 * width * width + 2 * width)
}

/** Forward operations of one call of one module on one image of S tokens. */
export function moduleFlops(width: number, layers: number, tokens: number): number {
  const products = 2 * tokens * 16 * width * width
  const attention = 2 * 2 * tokens * tokens * width
  return layers * (products + attention)
}

/**
 * Operations of M segments around given embedding and head costs (section "HRM classifier", 4): N·T low and N high calls
 * forward, one of each backward at twice the forward's cost.
 */
export function recurrentFlops(
  model: Recurrent,
  tokens: number,
  embedding: number,
  head: number,
): Pick<ModelCost, 'trainFlops' | 'evalFlops'> {
  const call = moduleFlops(model.width, model.layersPerModule, tokens)
  const forward = (model.highCycles * model.lowSteps + model.highCycles) * call
  const backward = 2 * (2 * call)
  return {
    trainFlops: model.segmentsTrain * (forward + backward + 3 * (embedding + head)),
    evalFlops: model.segmentsEval * (forward + embedding + head),
  }
}

/**
 * Numbers held for one image of S tokens while the last low and the last high call are differentiated; the calls before
 * them keep nothing. Copies of a block's tokens [S,D] and attention maps [h,S,S] calibrated on the peaks of hrm-mnist,
 * hrm-cifar10 and hrm-stem-cifar10 (docs/reproduction.md, "Speed").
 */
export function recurrentActivations(model: Recurrent, tokens: number): number {
  const blocks = 2 * model.layersPerModule
  return blocks * (148 * tokens * model.width + 3 * model.heads * tokens * tokens)
}

/** Operations that one transformer block is made of; its gradient is about two more of them. */
const BLOCK_OPERATIONS = 52

/**
 * Products grow with D², what stands between them with D, so 1 / share falls with 1 / D: drawn through the two widths that
 * were measured (eager 0.45 at 128, 0.635 at 192; recorded 0.664 and 0.735; in lanes 0.74 and 0.80), and held beyond, where
 * nothing was.
 */
export function recurrentSpeed({ width, layersPerModule, highCycles, lowSteps }: Recurrent): ModelSpeed {
  const blocks = layersPerModule * (highCycles * lowSteps + highCycles + 4)
  const lanes = Math.min(0.88, 1 / (1.03 + 41 / width))
  const recorded = Math.min(0.85, 1 / (1.07 + 55.9 / width))
  return {
    share: {
      eager: Math.min(0.7, 1 / (0.281 + 248.5 / width)),
      recorded,
      bfloat16: 1.43 * recorded,
      lanes: { recorded: lanes, bfloat16: 1.46 * lanes },
    },
    stepSeconds: blocks * BLOCK_OPERATIONS * OPERATION_SECONDS,
  }
}

const fields: FieldNotes<Omit<HrmModel, 'family'>> = {
  patch: {
    label: 'Patch side',
    symbol: 'P',
    unit: 'px',
    group: 'Model',
    help: 'Side of the square patches that become tokens. It must divide both sides of the image.',
    reason:
      '4 in the paper: 49 patches of a 28 × 28 image, 64 of a 32 × 32 one. Half the side makes four times the tokens.',
  },
  ...recurrentNotes,
}

/** The paper's HRM: patches, one linear map, two modules. */
export const hrmFamily: ModelFamily<typeof hrmSchema> = {
  family: 'hrm',
  label: 'HRM',
  title: 'Hierarchical Reasoning Model on image patches (arXiv 2510.03598)',
  schema: hrmSchema,
  fields,
  check(model: HrmModel, input: InputShape | null): RuleBreak[] {
    const breaks = checkHeads(model)
    if (input && (input.height % model.patch !== 0 || input.width % model.patch !== 0))
      breaks.push({
        path: ['model', 'patch'],
        rule: `patch (${model.patch}) must divide the image side (${input.height} × ${input.width}) without rest`,
      })
    return breaks
  },
  cost(model: HrmModel, input: InputShape): ModelCost {
    const { width: D, patch: P } = model
    const patches = (input.height / P) * (input.width / P)
    const values = P * P * input.channels
    const headWidth = input.classes + (model.act ? 2 : 0)
    return {
      parameters: values * D + D + 2 * moduleParameters(D, model.layersPerModule) + D * headWidth,
      ...recurrentFlops(model, patches + 1, 2 * patches * values * D, 2 * D * headWidth),
      activations: recurrentActivations(model, patches + 1),
    }
  },
  speed: recurrentSpeed,
  inside: 'recurrence',
  mixesImages: false,
}

import { z } from 'zod'
import type { InputShape, InsideKind, ModelCost, ModelFamily, ModelSpeed, RuleBreak } from './family'
import { cnnFamily } from './models/cnn'
import { hrmFamily } from './models/hrm'
import { hrmStemFamily } from './models/hrm-stem'

/** Every model family by name. A variant adds its file in models/ and its line here and in main/engine/models/registry.ts. */
export const families = {
  hrm: hrmFamily,
  'hrm-stem': hrmStemFamily,
  cnn: cnnFamily,
} as const

export const modelSchema = z.discriminatedUnion('family', [hrmFamily.schema, hrmStemFamily.schema, cnnFamily.schema])
/** A model's configuration: its family and that family's fields. */
export type ModelConfiguration = z.infer<typeof modelSchema>
export type FamilyName = keyof typeof families

const familyOf = (model: ModelConfiguration): ModelFamily<z.ZodType<ModelConfiguration>> =>
  families[model.family] as unknown as ModelFamily<z.ZodType<ModelConfiguration>>

/** Rules that `model` breaks, alone or on images of `input`; empty when it can be built. */
export const checkModel = (model: ModelConfiguration, input: InputShape | null): RuleBreak[] =>
  familyOf(model).check(model, input)

/** Parameters and operations of `model` on images of `input`. */
export const modelCost = (model: ModelConfiguration, input: InputShape): ModelCost => familyOf(model).cost(model, input)

/** What can be looked at inside models of a family. */
export const insideOf = (family: string): InsideKind => families[family as FamilyName]?.inside ?? 'nothing'

/** See ModelFamily. */
export const mixesImages = (model: ModelConfiguration): boolean => familyOf(model).mixesImages

/** How well `model` uses an engine. */
export const modelSpeed = (model: ModelConfiguration): ModelSpeed => familyOf(model).speed(model)

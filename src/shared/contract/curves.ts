import { z } from 'zod'
import { LARGEST_SMOOTHING } from '../metrics/smoothing'
import { curveAxes } from '../metrics/step-axis'
import { request } from './reply'

/** The curves of a run. residentBytes is of the engine process; authorLoss the author's extra pass, where it was made. */
export const curveNames = [
  'loss',
  'authorLoss',
  'learningRate',
  'gradientNorm',
  'imagesPerSecond',
  'residentBytes',
] as const
/** See {@link curveNames}. */
export type CurveName = (typeof curveNames)[number]

/** Points of a line, x ascending. */
const traceSchema = z.object({ x: z.array(z.number()), y: z.array(z.number()) })

/** One curve inside the range that was asked for. */
export const curveSchema = z.object({
  name: z.enum(curveNames),
  /**
   * The lowest and highest value of each pixel column: `raw` holds so many of the `total` finite values in the range; none
   * where only averages were asked for.
   */
  raw: traceSchema,
  total: z.int(),
  /** Values in the range that are not finite: no line can show them. */
  notFinite: z.int(),
  /** The de-biased moving average over every stored value, then thinned alike; null: none was asked for. */
  smooth: traceSchema.nullable(),
  /** Where the average is at the newest step, to go on from. */
  average: z.object({ mean: z.number(), weight: z.number(), x: z.number() }).nullable(),
  /** Between these lie all values of the range but the lowest and the highest hundredth. */
  usual: z.object({ low: z.number(), high: z.number() }).nullable(),
})
/** See {@link curveSchema}. */
export type CurveView = z.infer<typeof curveSchema>

export const curvesSchema = z.object({
  /** Steps recorded, all of them looked at for this answer. */
  steps: z.int(),
  shape: z.object({
    stepsPerBatch: z.int(),
    batchesPerEpoch: z.int(),
    batchImages: z.int(),
    epochImages: z.int(),
  }),
  /** Where the run begins and ends on the axis; null before its first step. */
  extent: z.object({ first: z.number(), last: z.number() }).nullable(),
  /** Seconds of training at the newest step: the rates of live steps go on from there. */
  lastSeconds: z.number(),
  /** Where each recorded epoch ended on the axis. */
  epochEnds: z.array(z.object({ epoch: z.int(), x: z.number() })),
  curves: z.array(curveSchema),
})
/** See {@link curvesSchema}. */
export type CurvesView = z.infer<typeof curvesSchema>

/** Requests about curves. */
export const curveRequests = {
  /**
   * Curves of a run over one axis, in the range from … to (null: to the run's own end), each of at most `points` points and
   * as many of its average. Smoothing weighs by x spacing. `averageOnly`: the values themselves are not sent.
   */
  'runs.curves': request(
    z.strictObject({
      id: z.string().min(1).max(200),
      axis: z.enum(curveAxes),
      from: z.number().nullable(),
      to: z.number().nullable(),
      /** Pixel columns of equal width in log x. */
      logX: z.boolean(),
      smoothing: z.number().min(0).max(LARGEST_SMOOTHING),
      averageOnly: z.boolean().optional(),
      curves: z
        .array(z.strictObject({ name: z.enum(curveNames), points: z.int().min(2).max(20_000), smooth: z.boolean() }))
        .min(1)
        .max(curveNames.length),
    }),
    curvesSchema,
  ),
} as const

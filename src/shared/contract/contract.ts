import type { z } from 'zod'
import { compareRequests } from './compare'
import { confusionRequests } from './confusion'
import { curveRequests } from './curves'
import { dataSetRequests } from './data-sets'
import { disagreementRequests } from './disagreement'
import { experimentRequests } from './experiments'
import { homeRequests } from './home'
import { imageRequests } from './images'
import { insideRequests } from './inside'
import { labRequests } from './lab'
import { notebookRequests } from './notebook'
import { paperRequests } from './paper'
import { runRequests } from './runs'

/** The one contract: every request a window may make, whatever shell carries it. */
export const contract = {
  ...labRequests,
  ...homeRequests,
  ...dataSetRequests,
  ...experimentRequests,
  ...runRequests,
  ...curveRequests,
  ...compareRequests,
  ...disagreementRequests,
  ...insideRequests,
  ...imageRequests,
  ...confusionRequests,
  ...paperRequests,
  ...notebookRequests,
} as const

/** A request's name, as 'runs.list'. */
export type RequestName = keyof typeof contract
/** What a request takes, after its schema. */
export type RequestArguments<Name extends RequestName> = z.output<(typeof contract)[Name]['arguments']>
/** What a request gives. */
export type RequestResult<Name extends RequestName> = z.output<(typeof contract)[Name]['result']>

/** Every request's name. */
export const requestNames = Object.keys(contract) as readonly RequestName[]

import { z } from 'zod'
import { done, nothing, request } from './reply'

const folderArgument = z.string().min(1).max(10_000)

/** How far a move of the lab's folder is, in bytes. */
export const homeProgressSchema = z.object({
  to: z.string(),
  phase: z.enum(['copying', 'checking']),
  done: z.number(),
  total: z.number(),
  /** It was asked to end, and comes to its end. */
  cancelling: z.boolean(),
})
/** See {@link homeProgressSchema}. */
export type HomeProgress = z.infer<typeof homeProgressSchema>

/** Requests about the folder in which the lab keeps everything. */
export const homeRequests = {
  'home.describe': request(
    nothing,
    z.object({
      folder: z.string(),
      /** How its place was fixed by who started the lab: it cannot be moved then. */
      fixedBy: z.enum(['--home', 'HRM_LAB_HOME']).nullable(),
      bytes: z.number(),
      /** Bytes left on its disk. */
      free: z.number(),
      /** Folders it was moved from that still hold it as it was then. */
      former: z.array(z.object({ folder: z.string(), moved: z.string(), bytes: z.number() })),
      moving: homeProgressSchema.nullable(),
    }),
  ),
  /** Looks whether the lab can be moved to a folder: what would be copied and how much room is there. Nothing is written. */
  'home.check': request(
    z.strictObject({ to: folderArgument }),
    z.object({ folder: z.string(), bytes: z.number(), free: z.number() }),
  ),
  /** Begins to move it; progress and end come as events. Nothing can be changed in the lab meanwhile. */
  'home.move': request(z.strictObject({ to: folderArgument }), done),
  /** Ends a move that goes on: the lab stays where it is, and nothing of the copy. */
  'home.cancel': request(nothing, done),
  /** Removes a folder that the lab was moved from. @returns bytes freed */
  'home.removeFormer': request(z.strictObject({ folder: folderArgument }), z.object({ bytes: z.number() })),
  /** Leaves such a folder as it is, and speaks of it no more. */
  'home.forgetFormer': request(z.strictObject({ folder: folderArgument }), done),
} as const

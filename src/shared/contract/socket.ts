import { z } from 'zod'
import type { EventBatch } from './events'
import type { Reply } from './reply'

/** Where the server shell's socket is. */
export const SOCKET_PATH = '/socket'
/** Longest message a window may send; a setting's value may be 1 MB. */
export const MAX_MESSAGE_BYTES = 4 * 2 ** 20

/** A request as it travels to the server shell; the window counts the ids. */
export const socketRequestSchema = z.strictObject({
  id: z.int().min(0),
  name: z.string().max(100),
  arguments: z.unknown().optional(),
})
export type SocketRequest = z.infer<typeof socketRequestSchema>

/** What comes back: the reply to request `id`, in any order, or a batch of events. */
export type SocketMessage = { readonly id: number; readonly reply: Reply<unknown> } | { readonly batch: EventBatch }

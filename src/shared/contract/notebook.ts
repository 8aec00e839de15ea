import { z } from 'zod'
import { done, request } from './reply'

/** What can be said of a question, first: nothing yet. */
export const verdicts = ['open', 'yes', 'no', 'unclear'] as const
/** See {@link verdicts}. */
export type Verdict = (typeof verdicts)[number]

const runs = z.array(z.string().min(1).max(200)).max(10_000)
const markdown = z.string().max(100_000)

/** A question of the notebook: what is asked, by which runs it is to be answered, and the answer. */
export const questionSchema = z.object({
  number: z.int(),
  question: z.string(),
  /** Markdown. */
  text: z.string(),
  verdict: z.enum(verdicts),
  /** Why; Markdown. */
  reason: z.string(),
  /** Ids, in their order; some may be in the trash or deleted. */
  runs: z.array(z.string()),
  /** Unix milliseconds. */
  created: z.number(),
  changed: z.number(),
  trashed: z.boolean(),
})
/** See {@link questionSchema}. */
export type QuestionView = z.infer<typeof questionSchema>

const numberArgument = z.strictObject({ number: z.int().min(1) })

/** What a question says, in a line. */
const asked = z.string().trim().min(1).max(300)

const change = z.strictObject({
  question: asked.optional(),
  text: markdown.optional(),
  verdict: z.enum(verdicts).optional(),
  reason: markdown.optional(),
  runs: runs.optional(),
})
/** What may be changed of a question: what is given. */
export type QuestionChange = z.infer<typeof change>

/** Requests about the notebook. */
export const notebookRequests = {
  /** All questions, oldest first; those in the trash only when asked for. */
  'notebook.list': request(z.strictObject({ trashed: z.boolean() }), z.array(questionSchema)),
  /** Writes down a question. */
  'notebook.ask': request(z.strictObject({ question: asked, runs }), z.object({ number: z.int() })),
  'notebook.change': request(numberArgument.extend({ change }), done),
  /** Adds runs to a question, each once. */
  'notebook.add': request(numberArgument.extend({ runs }), done),
  'notebook.trash': request(numberArgument, done),
  'notebook.restore': request(numberArgument, done),
  /** Deletes a question that lies in the trash for good; its runs stay. */
  'notebook.delete': request(numberArgument, done),
} as const

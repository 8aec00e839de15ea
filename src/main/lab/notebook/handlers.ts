import type { notebookRequests, QuestionView } from '../../../shared/contract/notebook'
import type { QuestionRow } from '../../store/queries/questions'
import type { Handlers } from '../contract/dispatch'
import type { EventBus } from '../contract/event-bus'
import type { Lab } from '../lab'

/** Answers about the notebook. */
export function notebookHandlers(lab: Lab, events: EventBus): Handlers<keyof typeof notebookRequests> {
  const { questions, runs } = lab.store
  const changed = (_: void): null => {
    events.emit({ kind: 'notebook' })
    return null
  }
  /** Ids as they are, each once. @throws LabError 'not-found' when there is no such run */
  const known = (ids: readonly string[]): string[] => {
    for (const id of ids) runs.number(id)
    return [...new Set(ids)]
  }
  return {
    'notebook.list': ({ trashed }) => questions.list({ trashed }).map(questionView),
    'notebook.ask': ({ question, runs: ids }) => {
      const number = questions.insert(question, known(ids))
      changed()
      return { number }
    },
    'notebook.change': ({ number, change }) => {
      // Runs that were deleted since stay named; none is added that was never here.
      const had = questions.get(number).runs
      if (change.runs) known(change.runs.filter((id) => !had.includes(id)))
      return changed(questions.change(number, change.runs ? { ...change, runs: [...new Set(change.runs)] } : change))
    },
    'notebook.add': ({ number, runs: ids }) => {
      const had = questions.get(number).runs
      return changed(questions.change(number, { runs: [...new Set([...had, ...known(ids)])] }))
    },
    'notebook.trash': ({ number }) => changed(questions.trash(number)),
    'notebook.restore': ({ number }) => changed(questions.restore(number)),
    'notebook.delete': ({ number }) => changed(questions.remove(number)),
  }
}

/** A question as windows and the command line know it. */
export const questionView = ({ trashed, ...row }: QuestionRow): QuestionView => ({ ...row, trashed: trashed !== null })

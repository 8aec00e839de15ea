import type { LabEvent } from '../../shared/contract/events'
import type { QuestionView } from '../../shared/contract/notebook'
import type { FakeAnswers } from '../transport/fake'

const DAY = 86_400_000
const sample = (number: number, change: Partial<QuestionView>): QuestionView => ({
  number,
  question: 'Does it help?',
  text: '',
  verdict: 'open',
  reason: '',
  runs: [],
  created: 1_790_000_000_000,
  changed: 1_790_000_000_000 + number * DAY,
  trashed: false,
  ...change,
})

/** Questions as they are met: answered, open, with a long one and one in the trash. @param empty none at all */
const demoQuestions = (empty: boolean): QuestionView[] =>
  empty
    ? []
    : [
        sample(1, {
          question: 'Does a second high cycle help on CIFAR-10?',
          verdict: 'no',
          text: 'Three seeds each, **same budget of operations**.\n\n| cycles | test |\n|---|---:|\n| 1 | 71.2 % |\n| 2 | 70.9 % |',
          reason: 'The difference is within the spread over seeds (paired t, *p* = 0.41).',
          runs: ['run-990', 'run-991', 'run-992', 'run-1010', 'run-1'],
        }),
        sample(2, {
          question: `<img src=x onerror=alert(1)> ${'a very long question '.repeat(12)}`,
          runs: ['0007-gone'],
          verdict: 'unclear',
        }),
        sample(3, { question: 'Is the stem what makes the HRM variant good?', runs: ['run-997'] }),
        sample(4, { question: 'Which rate diverges?', verdict: 'yes', reason: 'Everything above `0.004`.' }),
        sample(5, { question: 'Left alone', trashed: true }),
      ]

/** Answers that keep these questions as a lab does. */
export function notebookAnswers(empty: boolean, emit: (event: LabEvent) => void): FakeAnswers {
  let questions = demoQuestions(empty)
  const set = (next: QuestionView[]): null => {
    questions = next
    emit({ kind: 'notebook' })
    return null
  }
  const change = (number: number, of: (question: QuestionView) => Partial<QuestionView>): null =>
    set(questions.map((one) => (one.number === number ? { ...one, changed: Date.now(), ...of(one) } : one)))
  return {
    'notebook.list': ({ trashed }) => questions.filter((one) => one.trashed === trashed),
    'notebook.ask': ({ question, runs }) => {
      const number = questions.length + 1
      set([...questions, sample(number, { question, runs, created: Date.now(), changed: Date.now() })])
      return { number }
    },
    'notebook.change': ({ number, change: given }) => change(number, () => given as Partial<QuestionView>),
    'notebook.add': ({ number, runs }) =>
      change(number, (question) => ({ runs: [...new Set([...question.runs, ...runs])] })),
    'notebook.trash': ({ number }) => change(number, () => ({ trashed: true })),
    'notebook.restore': ({ number }) => change(number, () => ({ trashed: false })),
    'notebook.delete': ({ number }) => set(questions.filter((one) => one.number !== number)),
  }
}

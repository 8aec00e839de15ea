import { describe, expect, it } from 'vitest'
import type { QuestionView } from '../../shared/contract/notebook'
import { FakeClient } from '../transport/fake'
import { Lab } from './lab.svelte'
import { questionMatches } from './notebook.svelte'

const question: QuestionView = {
  number: 3,
  question: 'Does it help?',
  text: 'On MNIST.',
  verdict: 'unclear',
  reason: 'Too few seeds.',
  runs: ['run-1'],
  created: 1,
  changed: 1,
  trashed: false,
}

function open() {
  const client = new FakeClient({
    'notebook.list': ({ trashed }) => (trashed ? [] : [question]),
    'notebook.change': () => null,
    'notebook.add': () => null,
    'notebook.trash': () => null,
    'notebook.restore': () => null,
    'notebook.delete': () => null,
    'settings.set': () => null,
  })
  const lab = new Lab(client)
  return { client, lab, notebook: lab.notebook }
}
const last = (client: FakeClient) => client.asked.at(-1)

describe('the notebook in the window', () => {
  it('follows the lab’s', async () => {
    const { notebook } = open()
    const stop = notebook.start()
    await expect.poll(() => notebook.loaded).toBe(true)
    expect(notebook.get(3)?.question).toBe('Does it help?')
    expect(notebook.of('run-1')).toHaveLength(1)
    expect(notebook.of('run-2')).toEqual([])
    stop()
  })
  it('changes what is new, and takes it back as it was', async () => {
    const { client, lab, notebook } = open()
    expect(await notebook.change(question, { text: 'On MNIST.' })).toBe(true)
    expect(client.asked).toEqual([])
    await notebook.change(question, { verdict: 'yes', reason: 'Ten seeds.' })
    expect(lab.undo.next?.text).toBe('Changed the verdict, the reason of “Does it help?”.')
    await lab.undo.take()
    expect(last(client)).toEqual({
      name: 'notebook.change',
      args: { number: 3, change: { verdict: 'unclear', reason: 'Too few seeds.' } },
    })
    await notebook.add(question, ['run-2'])
    await lab.undo.take()
    expect(last(client)!.args).toEqual({ number: 3, change: { runs: ['run-1'] } })
  })
  it('goes to the trash and back; deleted for good, nothing of it can be undone', async () => {
    const { client, lab, notebook } = open()
    await notebook.trash(question)
    await lab.undo.take()
    expect(last(client)).toEqual({ name: 'notebook.restore', args: { number: 3 } })
    await notebook.trash(question)
    await notebook.delete(question)
    expect(lab.undo.next).toBeNull()
  })
  it('is searched by words, verdicts and the names of runs', () => {
    const matches = (search: string) => questionMatches(question, search, () => 'hrm-mnist')
    expect(['', 'HELP mnist', 'unclear seeds', 'hrm-'].map(matches)).toEqual([true, true, true, true])
    expect(matches('help cifar')).toBe(false)
  })
})

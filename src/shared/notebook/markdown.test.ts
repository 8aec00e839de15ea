import { expect, it } from 'vitest'
import { sampleRun } from '../../renderer/dev/samples'
import type { QuestionView } from '../contract/notebook'
import { questionMarkdown } from './markdown'

it('writes a question with its verdict, its text and its runs as Markdown', () => {
  const question: QuestionView = {
    number: 1,
    question: 'Does *twice* the rate help?',
    text: 'Tried on MNIST.\n\n- three seeds\n',
    verdict: 'no',
    reason: 'It diverges.',
    runs: ['run-1', 'run-9'],
    created: 0,
    changed: 86_400_000,
    trashed: false,
  }
  const run = sampleRun(1, { name: 'a | b', seed: 7, epochs: 3, best: { part: 'test', value: 0.9, epoch: 2 } })
  const text = questionMarkdown(question, (id) => (id === 'run-1' ? run : null))
  expect(text).toBe(
    [
      '# Does \\*twice\\* the rate help?',
      '',
      'Verdict: **No** (asked 1970-01-01, changed 1970-01-02)',
      '',
      'It diverges.',
      '',
      'Tried on MNIST.\n\n- three seeds',
      '',
      '## Runs',
      '',
      '| Run | Name | Model | Data | Seed | Epochs | Best | State |',
      '| --- | --- | --- | --- | ---: | ---: | ---: | --- |',
      `| run-1 | a \\| b | ${run.preset} | ${run.dataSetName} | 7 | 3 | 90.0 % (test, epoch 2) | finished |`,
      '| run-9 |  |  |  |  |  |  | deleted |',
      '',
    ].join('\n'),
  )
})

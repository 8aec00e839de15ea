import { dirname, resolve } from 'node:path'
import type { Command } from 'commander'
import { questionMarkdown, verdictWords } from '../../../shared/notebook/markdown'
import { openFolder, writeWhole } from '../../lab/exports/files/write'
import { questionView } from '../../lab/notebook/handlers'
import { runViews } from '../../lab/runs/view'
import { positiveInteger } from '../arguments'
import type { Context } from '../context'
import type { Act } from '../index'
import { printable, table } from '../output/table'

/** notebook. */
export function registerNotebookCommand(program: Command, act: Act): void {
  program
    .command('notebook')
    .description('list the questions of the notebook, or tell one with its verdict, text and runs, as Markdown')
    .argument('[question]', 'its number', positiveInteger)
    .option('--out <file>', 'write it to a file')
    .addHelpText('after', '\nExamples:\n  hrm-lab notebook\n  hrm-lab notebook 3 --out answer.md')
    .action(act(notebook))
}

async function notebook(context: Context, number: number | undefined, { out }: { out?: string }): Promise<void> {
  const lab = context.reader
  if (number === undefined) return list(context)
  const question = questionView(lab.store.questions.get(number))
  const runs = new Map([...runViews(lab), ...runViews(lab, { trashed: true })].map((run) => [run.id, run]))
  const text = questionMarkdown(question, (id) => runs.get(id) ?? null)
  if (out === undefined) return context.print(question, text.split('\n').map(printable).join('\n'))
  const file = resolve(out)
  await openFolder(dirname(file))
  await writeWhole(file, text)
  context.print({ file }, file)
}

function list(context: Context): void {
  const questions = context.reader.store.questions.list().map(questionView)
  const columns = [
    { head: '', align: 'right' as const },
    { head: 'question' },
    { head: 'verdict' },
    { head: 'runs', align: 'right' as const },
    { head: 'changed' },
  ]
  const rows = questions.map(({ number, question, verdict, runs, changed }) => [
    ...[String(number), question, verdictWords[verdict], String(runs.length)],
    new Date(changed).toISOString().slice(0, 10),
  ])
  const none = 'No questions yet. The window’s notebook takes them: select runs, then “Ask a question”.'
  context.print(questions, questions.length > 0 ? table(columns, rows) : none)
}

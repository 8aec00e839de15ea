import type { DataSetView } from '../../shared/contract/data-sets'
import type { QuestionView } from '../../shared/contract/notebook'
import type { RunView } from '../../shared/contract/runs'
import { compareAlso } from './compare.svelte'
import type { Lab } from './lab.svelte'
import { runActions } from './lab.svelte'
import { noteKey, trashRuns } from './run-edits'
import { router } from './router.svelte'

/** Something that a person can do: from the palette and, where it has keys, from anywhere. */
export interface Command {
  readonly id: string
  readonly title: string
  /** As state/keys names it: 'n', 'g r', 'mod+k'; null: none. */
  readonly key: string | null
  /** Under which heading the palette shows it. */
  readonly group: 'Commands' | 'Runs' | 'Data sets' | 'Notebook'
  readonly run: () => void
}

/** What the shell itself offers to commands. */
export interface ShellActions {
  readonly palette: () => void
  readonly search: () => void
  readonly help: () => void
  readonly messages: () => void
}

type Make = (id: string, title: string, run: () => void, key?: string | null) => Command

const make: Make = (id, title, run, key = null) => ({ id, title, key, group: 'Commands', run })

/** Every command that makes sense now; without a connection only those that need none. */
export function commandsFor(lab: Lab, shell: ShellActions): Command[] {
  const { next } = lab.undo
  return [
    make('palette', 'Find a command, run, data set or question', shell.palette, 'mod+k'),
    make('go.experiment', 'New experiment', () => router.go({ view: 'experiment' }), 'n'),
    ...(lab.connected ? [...runCommands(lab), ...queueCommands(lab), askCommand(lab)] : []),
    ...(next && lab.connected ? [make('undo', `Undo: ${next.text}`, () => void lab.undo.take(), 'mod+z')] : []),
    make('search', 'Search runs', shell.search, '/'),
    make('go.runs', 'Go to runs', () => router.go({ view: 'runs' }), 'g r'),
    make('go.data', 'Go to data sets', () => router.go({ view: 'data-sets' }), 'g d'),
    make('go.compare', 'Go to compare', () => router.go({ view: 'compare' }), 'g c'),
    make('go.notebook', 'Go to the notebook', () => router.go({ view: 'notebook' }), 'g n'),
    make('go.paper', 'Go to the paper', () => router.go({ view: 'paper' }), 'g p'),
    make('go.engine', 'Go to engine', () => router.go({ view: 'engine' }), 'g e'),
    make('go.trash', 'Go to the trash', () => router.go({ view: 'trash' }), 'g t'),
    make('go.settings', 'Go to settings', () => router.go({ view: 'settings' }), 'g s'),
    make('messages', 'Show all messages', shell.messages, 'g m'),
    make('help', 'Show all keys', shell.help, '?'),
  ]
}

/** Places to go to by name: every run, newest first, every data set, and every question. */
export function placesFor(
  runs: readonly RunView[],
  dataSets: readonly DataSetView[],
  questions: readonly QuestionView[] = [],
): Command[] {
  return [
    ...runs.toReversed().map((run): Command => ({
      id: `run.${run.id}`,
      title: `${run.name} · #${run.number} · ${run.dataSetName}`,
      ...{ key: null, group: 'Runs' },
      run: () => router.go({ view: 'run', id: run.id }),
    })),
    ...dataSets.map(({ id, name }): Command => ({
      id: `data.${id}`,
      title: name,
      ...{ key: null, group: 'Data sets' },
      run: () => router.go({ view: 'data-set', id }),
    })),
    ...questions.toReversed().map(({ number, question }): Command => ({
      id: `question.${number}`,
      title: question,
      ...{ key: null, group: 'Notebook' },
      run: () => router.go({ view: 'question', id: String(number) }),
    })),
  ]
}

function queueCommands(lab: Lab): Command[] {
  const { paused, running, order } = lab.queue
  if (!paused && running === null && order.length === 0) return []
  const title = paused ? 'Go on with the queue' : 'Pause the queue'
  return [make('queue.pause', title, () => void pauseQueue(lab, !paused))]
}

/** A question about the open run, or about those that are selected in the table. */
function askCommand(lab: Lab): Command {
  const { current } = router
  const open = current.view === 'run' ? lab.runs.get(current.id) : null
  const selected = current.view === 'runs' ? [...lab.runsTable.selection.ids] : []
  const ids = open ? [open.id] : selected
  const about = open ? ` about ${open.name}` : selected.length > 0 ? ' about the selected runs' : ''
  return make('notebook.ask', `Ask a question${about}`, () => (lab.notebook.asking = ids), 'q')
}

/** Pauses the queue or goes on with it, and tells when that fails. */
export const pauseQueue = (lab: Lab, paused: boolean): Promise<boolean> =>
  lab.messages.attempt(paused ? 'Pausing the queue' : 'Going on with the queue', () =>
    lab.client.request('queue.pause', { paused }),
  )

/** What can be done with the run that is open. */
function runCommands(lab: Lab): Command[] {
  const route = router.current
  const run = route.view === 'run' ? lab.runs.get(route.id) : null
  if (!run) return []
  const can = runActions(run.state)
  const trash = async (): Promise<void> => {
    if (await trashRuns(lab, [run])) router.go({ view: 'runs' })
  }
  const write = (): void => {
    lab.drafts.begin(noteKey(run.id), run.notes)
    lab.wantedTab = 'notes'
  }
  return [
    make('run.notes', `Write notes of ${run.name}`, write, 'e'),
    ...(run.bytes > 0
      ? [make('run.classify', `Classify an image with ${run.name}`, () => void lab.classify.choose(run.id), 'c')]
      : []),
    make('run.compare', `Compare ${run.name}`, () => compareAlso(lab, [run.id])),
    ...(can.pause ? [make('run.pause', `Pause ${run.name}`, () => void askRun(lab, 'pause', run.id), ' ')] : []),
    ...(can.resume ? [make('run.resume', `Resume ${run.name}`, () => void askRun(lab, 'resume', run.id), ' ')] : []),
    ...(run.state === 'running' ? [] : [make('run.trash', `Move ${run.name} to the trash`, () => void trash())]),
  ]
}

const doing = { pause: 'Pausing', resume: 'Resuming', stop: 'Stopping' } as const

/** Asks something of a run, and tells when it fails. @returns whether the lab took it */
export const askRun = (lab: Lab, what: keyof typeof doing, id: string): Promise<boolean> =>
  lab.messages.attempt(`${doing[what]} ${lab.runs.get(id)?.name ?? id}`, () =>
    lab.client.request(`runs.${what}`, { id }),
  )

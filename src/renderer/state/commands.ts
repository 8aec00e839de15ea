import type { Lab } from './lab.svelte'
import { runActions } from './lab.svelte'
import { router } from './router.svelte'

/** Something a person can do: from the palette and, where it has keys, from anywhere. */
export interface Command {
  readonly id: string
  readonly title: string
  /** A single key without modifiers; null: none. */
  readonly key: string | null
  readonly run: () => void
}

/** What the shell itself offers to commands. */
export interface ShellActions {
  readonly search: () => void
  readonly help: () => void
  readonly messages: () => void
  readonly appearance: () => void
}

/** Every command that makes sense now. */
export function commandsFor(lab: Lab, shell: ShellActions): Command[] {
  const command = (id: string, title: string, run: () => void, key: string | null = null): Command => ({
    id,
    title,
    key,
    run,
  })
  return [
    command('go.runs', 'Go to runs', () => router.go({ view: 'runs' })),
    command('go.experiment', 'New experiment', () => router.go({ view: 'experiment' }), 'n'),
    command('go.data', 'Go to data sets', () => router.go({ view: 'data-sets' })),
    command('go.engine', 'Go to engine', () => router.go({ view: 'engine' })),
    command('search', 'Search runs', shell.search, '/'),
    ...queueCommands(lab, command),
    ...runCommands(lab, command),
    command('appearance', 'Appearance', shell.appearance),
    command('messages', 'Show all messages', shell.messages),
    command('help', 'Show all keys', shell.help, '?'),
  ]
}

type Make = (id: string, title: string, run: () => void, key?: string | null) => Command

function queueCommands(lab: Lab, command: Make): Command[] {
  const { paused, running, order } = lab.queue
  if (!paused && running === null && order.length === 0) return []
  const title = paused ? 'Go on with the queue' : 'Pause the queue'
  return [command('queue.pause', title, () => void pauseQueue(lab, !paused))]
}

/** Pauses the queue or goes on with it, and tells when that fails. */
export const pauseQueue = (lab: Lab, paused: boolean): Promise<boolean> =>
  lab.messages.attempt(paused ? 'Pausing the queue' : 'Going on with the queue', () =>
    lab.client.request('queue.pause', { paused }),
  )

/** What can be done with the run that is open. */
function runCommands(lab: Lab, command: Make): Command[] {
  const route = router.current
  const run = route.view === 'run' ? lab.runs.get(route.id) : null
  if (!run) return []
  const can = runActions(run.state)
  return [
    ...(can.pause ? [command('run.pause', `Pause ${run.name}`, () => void askRun(lab, 'pause', run.id), ' ')] : []),
    ...(can.resume ? [command('run.resume', `Resume ${run.name}`, () => void askRun(lab, 'resume', run.id), ' ')] : []),
  ]
}

const doing = { pause: 'Pausing', resume: 'Resuming', stop: 'Stopping' } as const

/** Asks something of a run, and tells when it fails. @returns whether the lab took it */
export const askRun = (lab: Lab, what: keyof typeof doing, id: string): Promise<boolean> =>
  lab.messages.attempt(`${doing[what]} ${lab.runs.get(id)?.name ?? id}`, () =>
    lab.client.request(`runs.${what}`, { id }),
  )

/** The key of a press as commands name it; null where it belongs to a text field, a control, or has a modifier. */
export function commandKey(event: KeyboardEvent): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return null
  const target = event.target instanceof Element ? event.target : null
  if (target?.closest('input, textarea, select, [contenteditable], [role="dialog"]')) return null
  if (event.key === ' ' && target?.closest('button, a, [tabindex="0"]')) return null
  return event.key.toLowerCase()
}

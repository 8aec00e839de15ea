/** What the command line asks of the lab of an open window, and how it waits for it. */
import { resolve } from 'node:path'
import { formatBytes, formatCount, formatDuration, formatLoss, formatPercent } from '../../shared/charts/format'
import type { ImportChoices } from '../../shared/contract/data-sets'
import type { LabEvent } from '../../shared/contract/events'
import type { RunView } from '../../shared/contract/runs'
import { LabError } from '../../shared/errors'
import type { DataSetRow } from '../lab/datasets/data-sets'
import type { RemoteLab } from '../lab/local/connect'
import type { Context } from './context'
import { interruptedImport, isPublicKey } from './importing'
import { Interrupted, interruptible } from './interrupt'

type EventOf<Kind extends LabEvent['kind']> = Extract<LabEvent, { kind: Kind }>

/**
 * Imports in the window's lab.
 * @param onProgress called with the phase and how much of it is done
 * @throws Interrupted after Ctrl-C: nothing is listed then · LabError as importDataSet, 'closed' when the window's lab ends first
 */
export async function importThere(
  context: Context,
  remote: RemoteLab,
  path: string,
  choices: ImportChoices,
  onProgress: (event: EventOf<'import-progress'>) => void,
): Promise<{ dataSet: DataSetRow; existed: boolean }> {
  const whole = isPublicKey(path) ? path : resolve(path)
  const outcome = await interruptible(
    (signal) =>
      following(remote, async (onEvent) => {
        const ends = new Map<number, EventOf<'import-end'>['outcome']>()
        let mine: number | null = null
        const ended = new Promise<EventOf<'import-end'>['outcome']>((done) =>
          onEvent((event) => {
            if (event.kind === 'import-end') ends.set(event.import, event.outcome)
            if (event.kind === 'import-progress' && event.import === mine) onProgress(event)
            if (mine !== null && ends.has(mine)) done(ends.get(mine)!)
          }),
        )
        mine = (await remote.request('dataSets.import', { path: whole, choices })).import
        const cancel = (): void =>
          void remote.request('dataSets.cancelImport', { import: mine! }).catch(() => undefined)
        if (signal.aborted) cancel()
        signal.addEventListener('abort', cancel, { once: true })
        return ends.get(mine) ?? ended
      }),
    () => context.progress.note('Stopping …'),
  )
  if (outcome.ok) return { dataSet: context.reader.dataSets.get(outcome.dataSet), existed: outcome.existed }
  if (outcome.cancelled) throw new Interrupted(interruptedImport(path))
  throw new LabError('bad-input', outcome.message, outcome.hint)
}

/**
 * Moves the window's lab to another folder.
 * @param onProgress called with how much was copied
 * @returns where it lies now, and where it lay
 * @throws Interrupted after Ctrl-C: it was not moved then · LabError as moveHome, 'closed' when the window's lab ends first
 */
export async function moveThere(
  context: Context,
  remote: RemoteLab,
  to: string,
  onProgress: (progress: EventOf<'home-progress'>['progress']) => void,
): Promise<{ folder: string; former: string }> {
  const outcome = await interruptible(
    (signal) =>
      following(remote, async (onEvent) => {
        const ended = new Promise<EventOf<'home-end'>['outcome']>((done) =>
          onEvent((event) => {
            if (event.kind === 'home-progress') onProgress(event.progress)
            if (event.kind === 'home-end') done(event.outcome)
          }),
        )
        await remote.request('home.move', { to })
        const cancel = (): void => void remote.request('home.cancel', {}).catch(() => undefined)
        if (signal.aborted) cancel()
        signal.addEventListener('abort', cancel, { once: true })
        return ended
      }),
    () => context.progress.note('Stopping …'),
  )
  if (outcome.ok) return outcome
  if (outcome.cancelled) throw new Interrupted(`${outcome.message} ${outcome.hint ?? ''}`.trim())
  throw new LabError('storage', outcome.message, outcome.hint)
}

/**
 * Waits until runs have ended that the window's lab trains, with progress on standard error.
 * @throws Interrupted when one was paused or stopped, by Ctrl-C here or in the window · LabError when one failed, or the window's
 *   lab ends first
 */
export async function followRuns(context: Context, remote: RemoteLab, ids: readonly string[]): Promise<void> {
  await interruptible(
    (signal) =>
      following(remote, async (onEvent) => {
        const pause = (): void => {
          // A run that has ended meanwhile refuses, which changes nothing.
          for (const id of ids) void remote.request('runs.pause', { id }).catch(() => undefined)
        }
        onEvent((event) => {
          // A lab that has gone meanwhile is told of by `following`.
          if (event.kind === 'queue') void showQueueProblem(context, remote).catch(() => undefined)
        })
        const watched = Promise.all(ids.map((id) => watchRun(context, remote, id, onEvent)))
        if (signal.aborted) pause()
        signal.addEventListener('abort', pause, { once: true })
        for (const run of await watched) endOf(run)
      }),
    () => context.progress.note('Stopping at the end of this step …'),
  )
}

const ENDED: ReadonlySet<RunView['state']> = new Set(['finished', 'stopped', 'failed', 'paused', 'interrupted'])

type Subscribe = (listener: (event: LabEvent) => void) => void

async function watchRun(context: Context, remote: RemoteLab, id: string, onEvent: Subscribe): Promise<RunView> {
  let ended: (run: RunView) => void
  const end = new Promise<RunView>((resolve) => (ended = resolve))
  let loss = NaN
  let epochs = 0
  onEvent((event) => {
    if (event.kind === 'run-steps' && event.id === id) loss = event.steps.loss.at(-1) ?? NaN
    if (event.kind === 'run-log' && event.id === id) context.progress.note(event.message)
    if (event.kind === 'run-progress' && event.id === id) showProgress(context, event, loss)
    if (event.kind !== 'run' || event.run.id !== id) return
    if (event.run.epochs > epochs && event.run.lastTest !== null)
      context.progress.note(`epoch ${event.run.epochs}: test ${formatPercent(event.run.lastTest)}`)
    epochs = event.run.epochs
    if (ENDED.has(event.run.state)) ended(event.run)
  })
  const { run } = await remote.request('runs.get', { id })
  context.progress.note(`Run ${run.id} · ${formatCount(run.parameters)} parameters · ${run.dataSetName} · ${run.state}`)
  epochs = run.epochs
  return ENDED.has(run.state) ? run : end
}

function showProgress(context: Context, event: EventOf<'run-progress'>, loss: number): void {
  const { phase, epoch, epochs, batch, batches, secondsLeft } = event
  const speed = `${formatCount(event.imagesPerSecond)} images/s`
  if (phase !== 'training') return context.progress.update(null, `${phase} · batch ${batch}/${batches} · ${speed}`)
  const left = secondsLeft === null ? '' : ` · ${formatDuration(secondsLeft)} left`
  context.progress.update(
    (epoch - 1 + batch / Math.max(1, batches)) / epochs,
    `epoch ${epoch}/${epochs} · batch ${batch}/${batches} · loss ${formatLoss(loss)} · ${speed}${left} · ${formatBytes(event.residentBytes)}`,
  )
}

async function showQueueProblem(context: Context, remote: RemoteLab): Promise<void> {
  const { paused, problem } = await remote.request('queue.get', {})
  if (problem) context.progress.note(`The queue is paused. ${problem.message} ${problem.hint ?? ''}`.trim())
  else if (paused) context.progress.note('The queue is paused in the window; the run waits.')
}

function endOf(run: RunView): void {
  if (run.state === 'failed')
    throw new LabError('failed', `Run ${run.id} failed: ${run.message ?? 'no reason was given'}`)
  if (run.state !== 'finished')
    throw new Interrupted(`Run ${run.id} is ${run.state}. Go on with: hrm-lab resume ${run.id}`)
}

/** Gives `work` the lab's events for as long as it goes on; ends it when the lab does. */
async function following<T>(remote: RemoteLab, work: (onEvent: Subscribe) => Promise<T>): Promise<T> {
  const stops: (() => void)[] = []
  const closed = new Promise<never>((_, reject) => stops.push(remote.onClosed(reject)))
  try {
    return await Promise.race([closed, work((listener) => stops.push(remote.onEvent(listener)))])
  } finally {
    for (const stop of stops) stop()
  }
}

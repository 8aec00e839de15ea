import { openEngine, type EngineEvent, type EngineOptions, type TrainResult } from '../lab/engine/open-engine'
import type { EngineProcess } from '../lab/engine/supervisor'
import { withThreads } from '../lab/engine/stored-threads'
import type { Lab } from '../lab/lab'
import { evaluatedBatches, Pace } from '../lab/runs/pace'
import type { NewExperiment, Run } from '../lab/runs/runs'
import { LabError } from '../../shared/errors'
import type { Configuration } from '../../shared/experiment/configuration'
import { readSetting } from '../../shared/settings/settings'
import { configure, type ConfigurationSources } from '../lab/experiments/configure'
import { canAsk, confirm } from './confirm'
import type { Context } from './context'
import { Interrupted, interruptible } from './interrupt'
import { followRuns } from './window-lab'
import { formatBytes, formatCount, formatDuration, formatLoss, formatPercent } from '../../shared/charts/format'

/** The engine the person chose on the command line, with questions put to the terminal. */
export function engineOptions(context: Context): EngineOptions {
  const { engine = 'auto', backend = 'tensorflow', threads } = context.options
  return {
    kind: engine,
    backend,
    threads: threads ?? null,
    onSetUp: (text) => context.progress.update(null, `engine: ${text}`),
    ...(canAsk() ? { confirmCpu: (problem) => confirm(`${problem}\nTrain on the CPU instead?`) } : {}),
  }
}

/**
 * Gives `work` a started engine and ends the engine afterwards.
 * @param lab whose setting of threads holds where none are asked for; null: all cores
 */
export async function withEngine<T>(
  context: Context,
  lab: Lab | null,
  work: (engine: EngineProcess, info: Awaited<ReturnType<typeof openEngine>>['info']) => Promise<T>,
): Promise<T> {
  const options = engineOptions(context)
  const { engine, info } = await openEngine(lab ? withThreads(options, lab) : options)
  if (info.backend === 'cpu')
    context.progress.note('Backend cpu: plain JavaScript, hundreds of times slower than the native engine.')
  try {
    return await work(engine, info)
  } finally {
    await engine.stop()
  }
}

/**
 * A configuration that begins with the lab's defaults. What is wrong with it is told before a lab is opened or made.
 * @throws LabError as configure and Context.windowLab
 */
export async function configureInLab(context: Context, sources: ConfigurationSources): Promise<Configuration> {
  configure(sources)
  await context.windowLab()
  const defaults = readSetting('lab.defaults', context.reader.store.settings.get('lab.defaults'))
  return configure({ ...sources, defaults })
}

/**
 * Trains a new experiment, one run for each seed: here, or in the lab of an open window.
 * @returns the runs' ids
 * @throws as {@link trainRuns} and {@link followRuns}
 */
export async function trainNew(context: Context, experiment: NewExperiment): Promise<readonly string[]> {
  const remote = await context.windowLab()
  if (!remote) {
    const runs = context.lab.runs.create(experiment)
    await trainRuns(context, runs)
    return runs.map(({ id }) => id)
  }
  const { dataSet, seeds, ...rest } = experiment
  const { runs } = await remote.request('experiments.start', { ...rest, dataSet: dataSet.id, seeds: [...seeds] })
  await followRuns(context, remote, runs)
  return runs
}

/**
 * Goes on with a run that waits or was paused or interrupted: here, or in the lab of an open window.
 * @returns its id
 * @throws as {@link trainRuns} and {@link followRuns}
 */
export async function goOn(context: Context, id: string): Promise<string> {
  const remote = await context.windowLab()
  if (!remote) {
    await trainRuns(context, [context.lab.store.runs.get(id)])
    return id
  }
  const { state } = context.reader.store.runs.get(id)
  if (state !== 'queued' && state !== 'running') await remote.request('runs.resume', { id })
  await followRuns(context, remote, [id])
  return id
}

/**
 * Trains runs one after the other, with progress on standard error.
 * @throws Interrupted after Ctrl-C: the run is paused with a checkpoint · LabError when a run diverges or the engine fails
 */
async function trainRuns(context: Context, runs: readonly Run[]): Promise<void> {
  await withEngine(context, context.lab, (engine, info) =>
    interruptible(
      async (signal) => {
        for (const run of runs) {
          const parameters = formatCount(context.lab.runs.parameters(run))
          const on = `${info.backend === 'cpu' ? 'plain JavaScript' : info.device}, ${info.threads} threads`
          context.progress.note(
            `Run ${run.id} · ${parameters} parameters · ${run.dataSetName} · seed ${run.seed} · ${on}`,
          )
          const { manifest } = context.lab.dataSets.get(run.dataSet)
          const { training } = context.lab.runs.configuration(run)
          const show = new TrainingProgress(context, new Pace(evaluatedBatches(manifest, training)))
          const result = await context.lab.runs.train(run, {
            engine,
            info,
            signal,
            onEvent: (event) => show.event(event),
          })
          context.progress.clear()
          endOf(run, result)
        }
      },
      () => context.progress.note('Stopping at the end of this step …'),
    ),
  )
}

function endOf(run: Run, result: TrainResult): void {
  if (result.reason === 'paused' || result.reason === 'stopped')
    throw new Interrupted(
      `Run ${run.id} is kept at step ${formatCount(result.step)}. Go on with: hrm-lab resume ${run.id}`,
    )
  if (result.reason === 'diverged')
    throw new LabError(
      'diverged',
      `Run ${run.id} failed: ${result.message}`,
      `What was recorded is kept${result.checkpoint ? ', and the last good checkpoint too' : ''}. A smaller learning rate may help.`,
    )
}

/** Turns the engine's events into the progress line and one lasting line per epoch. */
class TrainingProgress {
  readonly #context: Context
  readonly #pace: Pace
  #lastLoss = NaN

  constructor(context: Context, pace: Pace) {
    this.#context = context
    this.#pace = pace
  }

  event(event: EngineEvent): void {
    const { progress } = this.#context
    switch (event.kind) {
      case 'steps':
        this.#lastLoss = event.steps.loss.at(-1) ?? this.#lastLoss
        return
      case 'progress': {
        const done = event.batches > 0 ? event.batch / event.batches : 0
        const share = event.phase === 'training' ? (event.epoch + done) / event.epochs : null
        progress.update(share, this.#line(event))
        return
      }
      case 'epoch': {
        const parts = event.evaluations.map((e) => `${e.part} ${formatPercent(e.accuracy)}`).join(' · ')
        progress.note(
          `epoch ${event.epoch + 1}: loss ${formatLoss(event.trainLoss)} · train ${formatPercent(event.trainAccuracy)} (in passing) · ${parts} · ${formatDuration(event.trainSeconds)}`,
        )
        return
      }
      case 'log':
        progress.note(event.message)
        return
      default:
        return
    }
  }

  #line(event: Extract<EngineEvent, { kind: 'progress' }>): string {
    const left = this.#pace.secondsLeft(event, Date.now())
    const speed = `${formatCount(event.imagesPerSecond)} images/s`
    if (event.phase !== 'training') return `${event.phase} · batch ${event.batch}/${event.batches} · ${speed}`
    const time = left === null ? '' : ` · ${formatDuration(left)} left`
    return `epoch ${event.epoch + 1}/${event.epochs} · batch ${event.batch}/${event.batches} · loss ${formatLoss(this.#lastLoss)} · ${speed}${time} · ${formatBytes(event.residentBytes)}`
  }
}

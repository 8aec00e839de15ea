import { formatCount, formatDuration, formatLoss, formatPercent } from '../../shared/charts/format'
import type { Lab } from '../lab/lab'
import type { Run } from '../lab/runs/runs'
import { printable, table } from './output/table'

/** What `show`, `train` and `resume` tell of a run: for programs and for people. */
export function runSummary(lab: Lab, run: Run): { value: unknown; text: string } {
  const { store } = lab
  const configuration = lab.runs.configuration(run)
  const dataSet = lab.dataSets.get(run.dataSet)
  const epochs = store.epochs.list(run.id)
  const evaluations = store.evaluations.list(run.id)
  const best = store.evaluations.bests().get(run.id) ?? {}
  const value = {
    ...run,
    parameters: lab.runs.parameters(run),
    folder: lab.runs.folder(run),
    steps: store.steps.count(run.id),
    configuration,
    dataSet: { id: dataSet.id, name: dataSet.name, hash: run.dataHash },
    best: Object.fromEntries(Object.entries(best).map(([part, b]) => [part, { ...b, epoch: b.epoch + 1 }])),
    epochs: epochs.map((epoch) => ({
      ...epoch,
      epoch: epoch.epoch + 1,
      evaluations: evaluations.filter((e) => e.epoch === epoch.epoch).map((e) => ({ ...e, epoch: e.epoch + 1 })),
    })),
    checkpoints: store.checkpoints.list(run.id),
    log: store.log.list(run.id),
  }
  return { value, text: text(value, evaluations) }
}

type Summary = {
  id: string
  name: string
  state: string
  message: string | null
  parameters: number
  steps: number
  seed: number
  trainSeconds: number
  folder: string
  dataSetName: string
  engine: Run['engine']
  epochs: readonly { epoch: number; trainLoss: number; trainAccuracy: number; trainSeconds: number }[]
}

function text(run: Summary, evaluations: readonly { epoch: number; part: string; accuracy: number }[]): string {
  const engine = run.engine
    ? `${run.engine.backend} ${run.engine.tensorflow ?? ''} on ${run.engine.device}`.replace('  ', ' ')
    : 'not started'
  const lines = [
    `${run.id} · ${printable(run.name)} · ${run.state}${run.message ? `: ${printable(run.message)}` : ''}`,
    `${printable(run.dataSetName)} · ${formatCount(run.parameters)} parameters · seed ${run.seed} · ${engine}`,
    `${formatCount(run.steps)} steps · ${formatDuration(run.trainSeconds)} of training · ${run.folder}`,
  ]
  if (run.epochs.length === 0) return `${lines.join('\n')}\n`
  const parts = [...new Set(evaluations.map(({ part }) => part))]
  const right = { align: 'right' as const }
  const columns = [
    { head: 'epoch', ...right },
    { head: 'train loss', ...right },
    { head: 'train (in passing)', ...right },
    ...parts.map((part) => ({ head: part, ...right })),
    { head: 'time', ...right },
  ]
  const rows = run.epochs.map((epoch) => [
    String(epoch.epoch),
    formatLoss(epoch.trainLoss),
    formatPercent(epoch.trainAccuracy),
    ...parts.map((part) =>
      formatPercent(evaluations.find((e) => e.epoch === epoch.epoch - 1 && e.part === part)?.accuracy),
    ),
    formatDuration(epoch.trainSeconds),
  ])
  return `${lines.join('\n')}\n\n${table(columns, rows)}\n`
}

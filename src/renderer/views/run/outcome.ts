import { formatCount } from '../../../shared/charts/format'
import type { Failure } from '../../../shared/contract/reply'
import type { RunView } from '../../../shared/contract/runs'
import type { RunShape } from '../../../shared/metrics/step-axis'
import type { LogLine, RunDetailView } from '../../state/run-detail.svelte'

/** Where a run goes on when it is resumed, in words. */
export function resumePlace(checkpoint: RunDetailView['checkpoint'], shape: RunShape | null): string {
  if (!checkpoint || checkpoint.step === 0) return 'Resume begins it anew: it has no checkpoint.'
  if (!shape) return `Resume goes on from the checkpoint after step ${formatCount(checkpoint.step)}.`
  const batches = checkpoint.step / shape.stepsPerBatch
  const epochs = Math.floor(batches / shape.batchesPerEpoch)
  const rest = Math.round(batches - epochs * shape.batchesPerEpoch)
  if (rest === 0) return `Resume goes on from the checkpoint of epoch ${formatCount(epochs)}.`
  return `Resume goes on from the checkpoint of epoch ${formatCount(epochs + 1)}, after batch ${formatCount(rest)}.`
}

/** Lines of the log that go into a failure's details. */
const LOG_LINES = 20

/** What happened to a failed run, why, and what to do. */
export function runFailure(
  run: RunView,
  { detail, log, shape }: { detail: RunDetailView | null; log: readonly LogLine[]; shape: RunShape | null },
): Failure {
  const message = run.message ?? 'No reason was recorded; the log may tell more.'
  const ways = [
    /not finite|NaN|Infinity/.test(message) ? 'Clone it with a lower learning rate or a longer warm-up.' : null,
    detail ? resumePlace(detail.checkpoint, shape) : null,
  ]
  const lines = log.slice(-LOG_LINES).map(({ time, level, message: text }) => {
    return `${new Date(time).toISOString()} ${level} ${text}`
  })
  const made = detail && [`lab ${detail.labVersion}`, ...(detail.gitCommit ? [`commit ${detail.gitCommit}`] : [])]
  return {
    kind: 'run',
    message,
    hint: ways.filter((way) => way !== null).join(' ') || null,
    details: [`run ${run.id}, seed ${run.seed}`, ...(made ?? []), ...lines].join('\n'),
  }
}

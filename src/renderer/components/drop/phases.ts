import { formatBytes, formatCount } from '../../../shared/charts/format'
import type { ImportProgress } from '../../state/imports.svelte'

const phases: Readonly<Record<string, string>> = {
  inspecting: 'Looking at it',
  downloading: 'Downloading',
  reading: 'Reading',
  decoding: 'Decoding',
  writing: 'Writing',
}

/** How far an import is, in words: what it does, how much of it, and what it waits for. */
export function progressWords({ phase, done, total, detail }: ImportProgress): string {
  const amount = phase === 'downloading' ? formatBytes : formatCount
  const unit = phase === 'downloading' ? '' : ' images'
  const doing = phases[phase] ?? phase
  const count = total > 0 ? ` ${amount(done)} of ${amount(total)}${unit}` : ''
  return `${doing}${count}.${detail ? ` ${detail}` : ''}`
}

/** Share of the phase that is done, 0 … 1; null while it is not known. */
export const progressShare = ({ done, total }: ImportProgress): number | null => (total > 0 ? done / total : null)

import { formatBytes, formatCount } from '../../../shared/charts/format'
import type { ImportProgress } from '../../state/imports.svelte'
import type { Upload } from '../../state/upload.svelte'

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

type Sent = Pick<Upload, 'sentFiles' | 'totalFiles' | 'sentBytes' | 'totalBytes'>

/** How far an upload is, in words: its files where there are several, and its bytes. */
export function sendingWords({ sentFiles, totalFiles, sentBytes, totalBytes }: Sent): string {
  const files = totalFiles > 1 ? `${formatCount(sentFiles)} of ${formatCount(totalFiles)} files, ` : ''
  return `${files}${formatBytes(sentBytes)} of ${formatBytes(totalBytes)}.`
}

/** Share of an upload that is sent, 0 … 1; empty files count each as one. */
export const sendingShare = ({ sentFiles, totalFiles, sentBytes, totalBytes }: Sent): number =>
  totalBytes > 0 ? sentBytes / totalBytes : sentFiles / Math.max(1, totalFiles)

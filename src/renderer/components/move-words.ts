import { formatBytes } from '../../shared/charts/format'
import type { HomeProgress } from '../../shared/contract/home'

/** How far a move is, in words. */
export function moveWords({ phase, done, total, cancelling }: HomeProgress): string {
  if (cancelling) return 'Cancelling: what was copied is removed.'
  if (phase === 'checking') return 'Checking the copy.'
  return `Copied ${formatBytes(done)} of ${formatBytes(total)}.`
}

import { readFileSync } from 'node:fs'

/**
 * Resident memory of this process and all it started, in bytes, from /proc; only its own where there is no /proc.
 * Pages shared between them count once for each.
 */
export function treeMemory(pid: number = process.pid): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const own = 1024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0)
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean)
    return children.reduce((sum, child) => sum + treeMemory(Number(child)), own)
  } catch {
    return pid === process.pid ? process.memoryUsage.rss() : 0 // no /proc, or a child that has just ended
  }
}

/** Watches {@link treeMemory} while `work` runs. @returns what it gave, and the largest value seen above the one before */
export async function peakAbove<T>(work: () => Promise<T>): Promise<{ value: T; peakBytes: number }> {
  const before = treeMemory()
  let peak = before
  const timer = setInterval(() => (peak = Math.max(peak, treeMemory())), 50)
  try {
    return { value: await work(), peakBytes: Math.max(peak, treeMemory()) - before }
  } finally {
    clearInterval(timer)
  }
}

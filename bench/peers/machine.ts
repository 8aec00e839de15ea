/** How much of the machine went to others while something was timed. */
import { readFileSync } from 'node:fs'

/** Processor time of the whole machine since it started, ms: at work, and taken by the machine around it (steal). */
export interface MachineTime {
  readonly busy: number
  readonly steal: number
}

/** A /proc/stat counts in hundredths of a second. */
const TICK_MS = 10
/** Share of the machine's time that others may have before a turn counts as disturbed. */
export const DISTURBED = 0.05

/** Reads the text of /proc/stat. @throws RangeError where it has no line of all processors */
export function machineTime(text: string): MachineTime {
  const line = /^cpu +(.*)$/m.exec(text)?.[1]
  if (line === undefined) throw new RangeError('no line of all processors')
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = line.split(' ').map(Number)
  return { busy: TICK_MS * (user + nice + system + irq + softirq), steal: TICK_MS * steal }
}

/** Now; null on a system without /proc/stat. */
export function machineTimeNow(): MachineTime | null {
  try {
    return machineTime(readFileSync('/proc/stat', 'utf8'))
  } catch {
    return null
  }
}

/**
 * Share of the machine's time that others had, 0 to 1.
 * @param ownMs processor time of what was timed
 * @param wallMs how long it took
 */
export function othersShare(
  before: MachineTime,
  after: MachineTime,
  ownMs: number,
  wallMs: number,
  cores: number,
): number {
  const others = after.busy - before.busy - ownMs + after.steal - before.steal
  return Math.min(1, Math.max(0, others / (wallMs * cores)))
}

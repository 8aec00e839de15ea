import { spawnSync } from 'node:child_process'
import type { TestLab } from './lab'

/**
 * Process id of a lab's engine: the child of the lab's own process that runs engine.js.
 * @throws Error when the lab has none now
 */
export function enginePid(lab: TestLab): number {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  for (const line of stdout.split('\n')) {
    const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    if (Number(parent) === lab.session.pid && args?.includes('engine.js')) return Number(pid)
  }
  throw new Error('The lab has no engine process.')
}

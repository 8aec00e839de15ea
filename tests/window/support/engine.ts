import { spawnSync } from 'node:child_process'

/**
 * Process id of the engine that a process has forked. Only its own child is taken: other labs may train on this machine.
 * @param parent process that holds the lab
 * @throws Error when it has none now
 */
export function engineOf(parent: number): number {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,args='], { encoding: 'utf8' })
  for (const line of stdout.split('\n')) {
    const [, pid, ppid, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
    if (Number(ppid) === parent && args?.includes('engine.js')) return Number(pid)
  }
  throw new Error('The lab has no engine process.')
}

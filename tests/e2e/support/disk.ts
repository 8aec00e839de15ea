import { spawnSync } from 'node:child_process'

/** A small file system in memory over a folder; `problem` says why there is none. */
export interface MemoryDisk {
  readonly problem: string | null
  unmount(): void
}

/** Mounts one. Only root may, on Linux. @param options of mount: size=1m, ro */
export function mountMemory(folder: string, options: string): MemoryDisk {
  const { status, stderr, error } = spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder], {
    encoding: 'utf8',
  })
  if (status === 0) return { problem: null, unmount: () => void spawnSync('umount', ['-l', folder]) }
  return {
    problem: `a small file system cannot be mounted here: ${error?.message ?? stderr.trim()}`,
    unmount: () => undefined,
  }
}

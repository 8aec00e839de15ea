import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, realpathSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { LabError } from '../../../shared/errors'

/**
 * Where the lab in `home` answers other programs of the same person on this machine: a Unix socket in a folder only they can
 * enter, or a named pipe on Windows. Not in the lab's own folder, whose path may be longer than a socket's may be (107 bytes)
 * and which may lie on a file system that has no sockets.
 * @throws LabError 'storage' when the folder cannot be made, or belongs to somebody else
 */
export function localAddress(home: string): string {
  const name = createHash('sha256').update(realpathSync(home)).digest('hex').slice(0, 24)
  return process.platform === 'win32' ? `\\\\.\\pipe\\hrm-lab-${name}` : join(privateFolder(), `${name}.sock`)
}

function privateFolder(): string {
  const { uid } = userInfo()
  const folder = join(process.env['XDG_RUNTIME_DIR'] ?? tmpdir(), `hrm-lab-${uid}`)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const found = lstatSync(folder)
    if (!found.isDirectory() || found.uid !== uid || (found.mode & 0o077) !== 0)
      throw new Error('it is not a folder of yours alone')
  } catch (cause) {
    throw new LabError(
      'storage',
      `The folder ${folder} cannot be used: ${(cause as Error).message}.`,
      'Remove it, or name another place with XDG_RUNTIME_DIR. Until then the command line cannot reach an open window’s lab.',
      { cause },
    )
  }
  return folder
}

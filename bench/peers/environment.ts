/** The peers' Python: an environment of its own in the lab's cache, made on first use. */
import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../scripts/engine-setup/paths.mjs'
import { LabError } from '../../src/shared/errors'

const PACKAGES = ['torch', 'jax', 'numpy']
/** What the plain index gives weighs 6 GB on Linux: its PyTorch brings CUDA's libraries, used or not. Bytes. */
const ROOM = 8e9

/** The environment; its record is written when it is whole. */
export interface Environment {
  readonly python: string
  /** Versions by package. */
  readonly versions: Readonly<Record<string, string>>
}

/** Makes the environment where there is none, with the newest releases of that day. @throws LabError where it cannot */
export function peersEnvironment(): Environment {
  const folder = join(cacheFolder(), 'peers')
  const record = join(folder, 'installed.json')
  const python =
    process.platform === 'win32' ? join(folder, 'venv', 'Scripts', 'python.exe') : join(folder, 'venv', 'bin', 'python')
  if (!existsSync(record)) {
    install(folder, python)
    writeFileSync(record, JSON.stringify(installedVersions(python), null, 2))
  }
  return { python, versions: JSON.parse(readFileSync(record, 'utf8')) as Record<string, string> }
}

function install(folder: string, python: string): void {
  mkdirSync(folder, { recursive: true })
  const { bavail, bsize } = statfsSync(folder)
  if (bavail * bsize < ROOM)
    throw new LabError(
      'unavailable',
      `${folder} has no room for the peers (8 GB).`,
      'Set HRM_LAB_CACHE to a folder that has.',
    )
  process.stderr.write(`Installing ${PACKAGES.join(', ')} in ${folder}, up to 6 GB, once …\n`)
  rmSync(join(folder, 'venv'), { recursive: true, force: true })
  must(systemPython(), ['-m', 'venv', join(folder, 'venv')], 'Debian and Ubuntu have venv in the package python3-venv.')
  must(python, ['-m', 'pip', 'install', '--upgrade', ...PACKAGES], 'pip says above why; its settings are yours.')
}

/** Python 3.11 or newer, which the newest releases ask for. */
function systemPython(): string {
  const script = 'import sys; sys.exit(sys.version_info < (3, 11))'
  const found = ['python3', 'python'].find((name) => spawnSync(name, ['-c', script]).status === 0)
  if (found !== undefined) return found
  throw new LabError('unavailable', 'The peers need Python 3.11 or newer.', 'Install it and try again.')
}

function must(command: string, given: string[], hint: string): void {
  const { status } = spawnSync(command, given, { stdio: ['ignore', 2, 2] })
  if (status !== 0)
    throw new LabError('unavailable', `${command} ${given.slice(0, 3).join(' ')} did not succeed.`, hint)
}

function installedVersions(python: string): Record<string, string> {
  const script = `import json, platform; from importlib.metadata import version
print(json.dumps({"python": platform.python_version()} | {n: version(n) for n in ${JSON.stringify(PACKAGES)}}))`
  return JSON.parse(execFileSync(python, ['-c', script], { encoding: 'utf8' })) as Record<string, string>
}

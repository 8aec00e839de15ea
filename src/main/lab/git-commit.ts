import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { packageInfo } from './package-root'

/** The commit this lab runs from, with '+changes' when files differ from it; null outside a clone or without git. */
export function gitCommit(): string | null {
  const { root } = packageInfo()
  if (!existsSync(join(root, '.git'))) return null
  const git = (...words: string[]): string =>
    execFileSync('git', ['-C', root, ...words], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
  try {
    const commit = git('rev-parse', 'HEAD')
    return git('status', '--porcelain', '--untracked-files=no') === '' ? commit : `${commit}+changes`
  } catch {
    return null
  }
}

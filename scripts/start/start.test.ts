import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { built, sourcesStamp } from './build.mjs'
import { packagesInstalled } from './packages.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hrm-lab-start-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function write(path: string, text: string) {
  mkdirSync(join(folder, path, '..'), { recursive: true })
  writeFileSync(join(folder, path), text)
}

describe('what a start has to do', () => {
  it('installs packages until the stamp names this lock file', () => {
    write('package-lock.json', '{}')
    expect(packagesInstalled(folder)).toBe(false)
    write('node_modules/.hrm-lab-lock', '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a') // SHA-256 of {}
    expect(packagesInstalled(folder)).toBe(true)
    write('package-lock.json', '{ }')
    expect(packagesInstalled(folder)).toBe(false)
  })

  it('builds when a source changed, came or went, but not for a test', () => {
    write('src/main/a.ts', 'a')
    expect(built(folder)).toBe(false)
    write('out/.built-from', sourcesStamp(folder))
    expect(built(folder)).toBe(true)
    write('src/main/a.test.ts', 'test')
    expect(built(folder)).toBe(true)
    write('src/main/b.ts', 'b')
    expect(built(folder)).toBe(false)
    rmSync(join(folder, 'src/main/b.ts'))
    expect(built(folder)).toBe(true)
    write('src/main/a.ts', 'ab')
    expect(built(folder)).toBe(false)
  })
})

describe('running a command in place', () => {
  const runner = fileURLToPath(new URL('./run.mjs', import.meta.url))

  /** Starts a process that runs `script` in its place. */
  function runInPlace(script: string) {
    const code = `import { runInPlace } from ${JSON.stringify(`file://${runner}`)}
process.exitCode = await runInPlace(process.execPath, ['-e', ${JSON.stringify(script)}])`
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
    let output = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
    const status = new Promise<number | null>((resolve) => child.on('close', resolve))
    return { child, status, output: () => output }
  }

  it('passes on the output and the exit status', async () => {
    const { status, output } = runInPlace('console.log("hello"); process.exitCode = 7')
    expect(await status).toBe(7)
    expect(output()).toBe('hello\n')
  })

  it('passes a signal on once, though it comes twice', async () => {
    const script = `let heard = 0
process.on('SIGINT', () => { heard++ })
setTimeout(() => { console.log('heard ' + heard); process.exit(130) }, 1500)
console.log('ready')`
    const { child, status, output } = runInPlace(script)
    await expect.poll(output, { timeout: 10_000 }).toBe('ready\n')
    child.kill('SIGINT')
    await new Promise((resolve) => setTimeout(resolve, 100))
    child.kill('SIGINT')
    expect(await status).toBe(130)
    expect(output()).toBe('ready\nheard 1\n')
  })

  it('tells a death by signal as shells do', async () => {
    const { status } = runInPlace('process.kill(process.pid, "SIGKILL")')
    expect(await status).toBe(137)
  })
})

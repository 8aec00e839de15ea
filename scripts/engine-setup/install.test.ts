import { spawn, type ChildProcess } from 'node:child_process'
import {
  appendFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { bindingPath, install, type SetupProgress } from './install.mjs'
import { fakePython, fakeTools, linesOf, makePlan } from './testing/kit.mjs'

const child = fileURLToPath(new URL('./testing/install-child.mjs', import.meta.url))
let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hrm-lab-setup-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const index = () => join(folder, 'index')
const engine = () => join(folder, 'cache', 'engine', 'engine-under-test')
const log = () => linesOf(join(folder, 'log'))

/** Installs in this process. */
function run(
  options: {
    cache?: string
    bundled?: string
    rebuild?: boolean
    wheelsFolder?: string | null
    onProgress?: (p: SetupProgress) => void
  } = {},
) {
  const plan = makePlan(index())
  return install(plan, {
    cache: join(folder, 'cache'),
    wheelsFolder: index(),
    signal: undefined,
    onProgress: () => {},
    tools: fakeTools(join(folder, 'log')),
    ...options,
  })
}

/** Installs in a child process; with `stopAt` it blocks there. */
function start(stopAt: string | null, { wheelsFolder = index() as string | null, path = '' } = {}): ChildProcess {
  const env = { ...process.env, PATH: path + delimiter + process.env['PATH'] }
  return spawn(process.execPath, [child, JSON.stringify({ folder, wheelsFolder, stopAt })], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

/** Waits for a line of the child's output. */
function said(process: ChildProcess, line: string): Promise<void> {
  let text = ''
  return new Promise((resolve, reject) => {
    process.stdout?.setEncoding('utf8').on('data', (data: string) => {
      text += data
      if (text.split('\n').includes(line)) resolve()
    })
    process.on('close', () => reject(new Error(`ended without saying “${line}”: ${text}`)))
  })
}

async function kill(process: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => process.on('close', resolve))
  process.kill('SIGKILL')
  await gone
}

function expectWhole() {
  expect(readdirSync(engine()).sort()).toEqual([
    'installed.json',
    'nvidia',
    'tensorflow',
    'tfjs_binding.node',
    'unpacked.json',
  ])
  expect(readdirSync(join(folder, 'cache', 'engine'))).toEqual(['engine-under-test'])
  expect(statSync(join(engine(), 'tensorflow', 'libtensorflow_cc.so.2')).size).toBe(300_000)
  expect(existsSync(join(engine(), 'tensorflow', 'python'))).toBe(false)
}

describe('installing an engine', () => {
  it('unpacks what is wanted, compiles, tests, and has nothing to do the second time', async () => {
    const steps = new Set<string>()
    const record = await run({ onProgress: ({ step }) => steps.add(step) })
    expect(record).toMatchObject({ kind: 'cpu', tensorflow: '1.0', compiler: 'fake compiler 1.0' })
    expect([...steps]).toEqual(['fetch', 'unpack', 'self-test'])
    expectWhole()
    expect(statSync(join(engine(), 'nvidia', 'one', 'bin', 'tool')).mode & 0o111).not.toBe(0)
    expect(await run()).toEqual(record)
    expect(log()).toEqual(['compile', 'self-test'])
  })

  it.each(['fetch', 'unpack', 'self-test'])('goes on after a kill at %s', async (stopAt) => {
    const killed = start(stopAt)
    await said(killed, stopAt)
    await kill(killed)
    expect(existsSync(engine())).toBe(false)
    await run()
    expectWhole()
  })

  it('keeps what was unpacked when killed later', async () => {
    const killed = start('self-test')
    await said(killed, 'self-test')
    await kill(killed)
    const steps = new Set<string>()
    await run({ onProgress: ({ step }) => steps.add(step) })
    expect([...steps]).toEqual(['self-test'])
  })

  it('lets one of two starts do the work while the other waits', async () => {
    const first = start('self-test')
    await said(first, 'self-test')
    const second = start(null)
    await said(second, 'wait')
    expect(log()).toEqual(['compile'])
    await kill(first)
    await said(second, 'installed with fake compiler 1.0')
    expectWhole()
  })

  it('installs once when several start together', async () => {
    const starts = [start(null), start(null), start(null)]
    await Promise.all(starts.map((each) => said(each, 'installed with fake compiler 1.0')))
    expect(log()).toEqual(['compile', 'self-test'])
    expectWhole()
  })
})

describe('an engine that came with the application', () => {
  const bundled = () => join(folder, 'application', 'engines')

  it('stays where it is, and is tested on this machine', async () => {
    await run({ cache: bundled() })
    const steps = new Set<string>()
    const record = await run({ bundled: bundled(), onProgress: ({ step }) => steps.add(step) })
    expect([...steps]).toEqual(['self-test'])
    expect(record.folder).toBe(join(bundled(), 'engine', 'engine-under-test'))
    expect(bindingPath(join(folder, 'cache'), makePlan(index()), record)).toBe(
      join(record.folder!, 'tfjs_binding.node'),
    )
    expect(readdirSync(engine())).toEqual(['installed.json'])
    expect(await run({ bundled: bundled() })).toEqual(record)
    expect(log()).toEqual(['compile', 'self-test', 'self-test'])
  })

  it('is looked for again when the application has moved, and built when it is gone or to be repaired', async () => {
    await run({ cache: bundled() })
    await run({ bundled: bundled() })
    const moved = join(folder, 'moved')
    renameSync(bundled(), moved)
    expect((await run({ bundled: moved })).folder).toBe(join(moved, 'engine', 'engine-under-test'))
    expect((await run({ bundled: moved, rebuild: true })).folder).toBeUndefined()
    expectWhole()
  })
})

describe('where an engine cannot be kept', () => {
  const options = () => ({
    cache: join(folder, 'cache'),
    wheelsFolder: index(),
    signal: undefined,
    onProgress: () => {},
    tools: fakeTools(join(folder, 'log')),
  })

  it('says before fetching that there is no room', async () => {
    const plan = makePlan(index())
    plan.recipe.unpackedBytes = 1e18
    await expect(install(plan, options())).rejects.toThrow(/needs 1000000000\.0 GB in .*, and .* GB are free/)
  })

  it('says that a file stands in the way', async () => {
    writeFileSync(join(folder, 'cache'), '')
    await expect(install(makePlan(index()), options())).rejects.toMatchObject({
      name: 'SetupError',
      hint: expect.stringContaining('A file stands where a folder is needed'),
    })
  })
})

describe('repairing an engine', () => {
  it('compiles and tests anew without fetching what is sound', async () => {
    await run()
    writeFileSync(join(engine(), 'tfjs_binding.node'), 'damaged')
    await run({ rebuild: true, wheelsFolder: join(folder, 'nowhere') })
    expect(readFileSync(join(engine(), 'tfjs_binding.node'), 'utf8')).toBe('library ')
    expectWhole()
  })

  it('fetches again what is damaged, though its size is right', async () => {
    await run()
    writeFileSync(join(engine(), 'nvidia', 'one', 'lib', 'libone.so.12'), Buffer.alloc(200_000, 'two '))
    await run({ rebuild: true })
    expect(readFileSync(join(engine(), 'nvidia', 'one', 'lib', 'libone.so.12'), 'utf8').slice(0, 4)).toBe('one ')
  })
})

describe('wheels from a folder', () => {
  it('names a wheel that is missing', async () => {
    makePlan(index())
    await expect(run({ wheelsFolder: folder })).rejects.toThrow(
      `${folder} does not hold tensorflow-1.0-py3-none-any.whl`,
    )
  })

  it('refuses a wheel with another hash', async () => {
    makePlan(join(folder, 'others'))
    appendFileSync(join(folder, 'others', 'nvidia_one-1.0-py3-none-any.whl'), 'x')
    await expect(run({ wheelsFolder: join(folder, 'others') })).rejects.toThrow(/nvidia_one-1\.0.*SHA-256/)
    expect(existsSync(engine())).toBe(false)
  })
})

describe('wheels from pip', () => {
  it('keeps finished wheels and removes half ones when killed', async () => {
    const bin = fakePython(join(folder, 'bin'), index())
    writeFileSync(join(bin, 'stuck'), 'nvidia-one\n')
    const killed = start(null, { wheelsFolder: null, path: bin })
    const wheels = join(`${engine()}.partial`, 'work', 'wheels')
    await expect.poll(() => linesOf(join(bin, 'fetched')), { timeout: 10_000 }).toEqual(['tensorflow', 'nvidia-one'])
    await kill(killed)
    expect(readdirSync(wheels).sort()).toEqual([expect.stringMatching(/^fetch-/), 'tensorflow-1.0-py3-none-any.whl'])

    rmSync(join(bin, 'stuck'))
    await said(start(null, { wheelsFolder: null, path: bin }), 'installed with fake compiler 1.0')
    expect(linesOf(join(bin, 'fetched'))).toEqual(['tensorflow', 'nvidia-one', 'nvidia-one'])
    expectWhole()
  })

  it('passes on what pip said, with a way out', async () => {
    const bin = fakePython(join(folder, 'bin'), join(folder, 'empty-index'))
    const before = process.env['PATH']
    process.env['PATH'] = bin + delimiter + before
    try {
      await expect(run({ wheelsFolder: null })).rejects.toMatchObject({
        message: expect.stringContaining('No matching distribution found for tensorflow==1.0'),
        hint: expect.stringContaining('HRM_LAB_WHEELS'),
      })
    } finally {
      process.env['PATH'] = before
    }
  })
})

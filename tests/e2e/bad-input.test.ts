import { chmodSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { borrow, hugePng, idx, storedZip, truncatedJpeg, write } from './support/damage'
import { mountMemory } from './support/disk'
import { TestLab } from './support/lab'
import { writePictures } from './support/pictures'

let lab: TestLab
let picture: string
beforeAll(async () => {
  lab = new TestLab()
  await writePictures(lab.path('shapes'), 6)
  picture = lab.path('shapes', 'disc', '000.png')
  await lab.json('import', lab.path('shapes'), '--size', '8')
})
afterAll(() => lab.remove())

/** Runs a command that must fail in a way a person can act on. @returns what it says */
async function refused(...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.run(...args)
  expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
  expect(stderr).toMatch(/^hrm-lab: .+\n {2}\S/m) // the reason, and below it the way out
  expect(stderr).not.toMatch(/defect|\n +at /)
  return stderr
}

/** Runs an import that must fail and leave nothing behind. */
async function refusedImport(path: string): Promise<string> {
  const before = readdirSync(`${lab.home}/datasets`)
  const said = await refused('import', path)
  expect(readdirSync(`${lab.home}/datasets`)).toEqual(before)
  expect(await lab.json<unknown[]>('datasets')).toHaveLength(before.length)
  return said
}

const folder = (name: string, ...files: string[]): string => {
  mkdirSync(lab.path(name), { recursive: true })
  for (const file of files) borrow(picture, lab.path(name, file))
  return lab.path(name)
}

describe('a folder that is no data set', () => {
  it('is empty', async () => {
    const path = folder('empty')
    expect(await refusedImport(path)).toMatch(/empty is empty/)
  })

  it('has one class only', async () => {
    expect(await refusedImport(folder('lonely', 'cats/1.png', 'cats/2.png'))).toMatch(
      /lonely has one class only, “cats”/,
    )
  })

  it('has a class without a readable image', async () => {
    const path = folder('broken', 'cats/1.png', 'cats/2.png', 'cats/3.png')
    write(lab.path('broken', 'dogs', '1.jpg'), '<html><body>Not found</body></html>')
    expect(await refusedImport(path)).toMatch(/dogs.*(\n.*)?1\.jpg/)
  })

  it('has two classes that differ in case only', async () => {
    const path = folder('case', 'Cats/1.png', 'cats/1.png', 'dogs/1.png')
    if (readdirSync(path).length < 3) return // this file system cannot hold such a folder
    expect(await refusedImport(path)).toMatch(/“Cats” and “cats”|“cats” and “Cats”/)
  })

  it('is not there', async () => {
    expect(await refusedImport(lab.path('nowhere'))).toMatch(/nowhere cannot be read/)
  })
})

describe('single damaged files', () => {
  it('are left out, each with its reason, and the others are imported', async () => {
    const path = folder('mixed', ...['a', 'b'].flatMap((name) => [1, 2, 3, 4, 5].map((i) => `${name}/${i}.png`)))
    await truncatedJpeg(lab.path('mixed', 'a', 'half.jpg'))
    write(lab.path('mixed', 'a', 'page.jpg'), '<!doctype html><title>404</title>')
    hugePng(lab.path('mixed', 'b', 'huge.png'), 20_000)
    const { report } = await lab.json<{ report: { skipped: { path: string; reason: string }[] } }>('import', path)
    const reasons = Object.fromEntries(report.skipped.map((s) => [s.path.replace(/.*[\\/]/, ''), s.reason]))
    expect(Object.keys(reasons).sort()).toEqual(['half.jpg', 'huge.png', 'page.jpg'])
    expect(reasons['page.jpg']).toMatch(/HTML/i)
    expect(reasons['huge.png']).toMatch(/20.?000/)
  })
})

describe('damaged archives and binary files', () => {
  it('a zip whose names lead out of it', async () => {
    storedZip(lab.path('evil.zip'), { '../evil.png': Buffer.from('x'), 'a/1.png': Buffer.from('x') })
    expect(await refusedImport(lab.path('evil.zip'))).toMatch(/evil\.zip.*“\.\.\/evil\.png”/)
  })

  it('a damaged gz', async () => {
    const images = gzipSync(idx(0x803, [10, 4, 4], new Uint8Array(160)))
    images.fill(0xff, 30)
    write(lab.path('gz', 'train-images-idx3-ubyte.gz'), images)
    write(lab.path('gz', 'train-labels-idx1-ubyte.gz'), gzipSync(idx(0x801, [10], new Uint8Array(10))))
    expect(await refusedImport(lab.path('gz'))).toMatch(/train-images-idx3-ubyte\.gz/)
  })

  it('an IDX file with a wrong magic number', async () => {
    write(lab.path('magic', 'train-images-idx3-ubyte'), idx(0xd03, [10, 4, 4], new Uint8Array(160)))
    write(lab.path('magic', 'train-labels-idx1-ubyte'), idx(0x801, [10], new Uint8Array(10)))
    expect(await refusedImport(lab.path('magic'))).toMatch(/train-images-idx3-ubyte.*magic/)
  })

  it('an IDX file that is too short', async () => {
    write(lab.path('short', 'train-images-idx3-ubyte'), idx(0x803, [10, 4, 4], new Uint8Array(100)))
    write(lab.path('short', 'train-labels-idx1-ubyte'), idx(0x801, [10], new Uint8Array(10)))
    expect(await refusedImport(lab.path('short'))).toMatch(/train-images-idx3-ubyte is too short/)
  })

  it('a CIFAR file of odd size', async () => {
    write(lab.path('odd', 'data_batch_1.bin'), new Uint8Array(3073 * 2 + 5))
    write(lab.path('odd', 'test_batch.bin'), new Uint8Array(3073))
    expect(await refusedImport(lab.path('odd'))).toMatch(/data_batch_1\.bin has 6151 bytes/)
  })

  it('a CIFAR file with a label out of range', async () => {
    const records = new Uint8Array(3073 * 2)
    records[3073] = 10
    write(lab.path('label', 'data_batch_1.bin'), records)
    write(lab.path('label', 'test_batch.bin'), new Uint8Array(3073))
    expect(await refusedImport(lab.path('label'))).toMatch(/data_batch_1\.bin has label 10/)
  })
})

describe('a configuration that cannot be', () => {
  const train = (...set: string[]): Promise<string> =>
    refused('train', '--preset', 'testing-hrm', '--data', 'shapes', ...set.flatMap((s) => ['--set', s]))

  it.each([
    [['model.heads=3'], /model\.heads/],
    [['model.width=12', 'model.heads=4'], /even/],
    [['model.patch=3'], /patch.*8 × 8/],
    [['model.widht=12'], /model\.widht.*\n.*model\.width/],
    [['training.batch=0'], /training\.batch.*0/],
  ])('%s', async (set, reason) => {
    expect(await train(...set)).toMatch(reason)
    expect(await lab.json('runs')).toEqual([])
  })

  it('begins as a preset that is not there', async () => {
    expect(await refused('train', '--preset', 'hrm-mnits', '--data', 'shapes')).toMatch(/hrm-mnits.*\n.*hrm-mnist/)
  })
})

describe('things that are not there or cannot be used', () => {
  it('a run', async () => {
    expect(await refused('show', '17')).toMatch(/17/)
    expect(await refused('resume', '17')).toMatch(/17/)
    expect(await refused('export', '17')).toMatch(/17/)
  })

  it('the data of a preset', async () => {
    expect(await refused('reproduce', 'cnn-cifar10')).toMatch(/cifar10.*\n.*--data/)
  })

  it('a database from a newer version', async () => {
    const other = new TestLab()
    try {
      const database = `${other.home}/lab.sqlite`
      await writePictures(other.path('shapes'), 3)
      await other.json('import', other.path('shapes'))
      const { default: Database } = await import('better-sqlite3')
      const raised = new Database(database)
      raised.pragma('user_version = 9999')
      raised.close()
      for (const command of [['runs'], ['import', other.path('shapes')]]) {
        const { code, stderr } = await other.run(...command)
        expect(code).toBe(1)
        expect(stderr).toMatch(/lab\.sqlite.*newer/)
      }
    } finally {
      other.remove()
    }
  })

  it('a data folder that cannot be written', async (context) => {
    const home = folder('read-only')
    // Permissions do not bind root; a read-only file system does.
    const disk = process.getuid?.() === 0 ? mountMemory(home, 'ro') : null
    if (disk?.problem) context.skip(disk.problem)
    if (!disk) chmodSync(home, 0o555)
    try {
      expect(await refused('import', lab.path('shapes'), '--home', home)).toMatch(/read-only.*\n.*HRM_LAB_HOME/)
    } finally {
      if (disk) disk.unmount()
      else chmodSync(home, 0o755)
    }
  })

  it('a disk without room', async (context) => {
    const home = folder('full')
    const disk = mountMemory(home, 'size=1m')
    if (disk.problem) context.skip(disk.problem)
    try {
      expect(await refused('import', 'mnist', '--home', home)).toMatch(/[Nn]o room.*full.*\n.*HRM_LAB_HOME/)
      expect(existsSync(`${home}/datasets`) ? readdirSync(`${home}/datasets`) : []).toEqual([])
    } finally {
      disk.unmount()
    }
  })

  it('a data folder inside a file', async () => {
    expect(await refused('import', lab.path('shapes'), '--home', `${picture}/home`)).toMatch(/home.*\n.*HRM_LAB_HOME/)
  })
})

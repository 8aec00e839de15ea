import { spawn, type ChildProcess } from 'node:child_process'
import { chmodSync, copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { LabError } from '../../shared/errors'
import { readHolder } from './lock'
import { migrate } from './migrate'
import { migrations } from './migrations/index'
import { openStore } from './store'
import { exampleSteps, manifest, newRun, temporaryFile, temporaryFolder } from './testing/fixtures'

const errorOf = (work: () => unknown): LabError => {
  try {
    work()
  } catch (error) {
    if (error instanceof LabError) return error
    throw error
  }
  throw new Error('Nothing was thrown.')
}

/** Rows of each table. */
function tableCounts(database: Database.Database): Record<string, number> {
  const names = database.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`).pluck().all() as string[]
  return Object.fromEntries(
    names.map((name) => [name, database.prepare(`SELECT count(*) FROM "${name}"`).pluck().get() as number]),
  )
}

/** A lab as a process of its own that has committed at least `commits` blocks of steps. */
async function writer(file: string, commits: number): Promise<{ child: ChildProcess; committed: () => number }> {
  const script = ['--import', './scripts/resolve-ts.mjs', join(import.meta.dirname, 'testing/writer.ts'), file]
  const child = spawn(process.execPath, script, { stdio: ['ignore', 'pipe', 'inherit'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let lines = 0
  let last = 0
  await new Promise<void>((resolve, reject) => {
    child.once('exit', () => reject(new Error('The writer ended by itself.')))
    createInterface({ input: child.stdout! }).on('line', (line) => {
      last = Number(line)
      if (++lines === commits) resolve()
    })
  })
  return { child, committed: () => last }
}

async function kill({ child }: { child: ChildProcess }): Promise<void> {
  // 'close' comes after all that it printed was read.
  const closed = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGKILL')
  await closed
}

describe('a new database', () => {
  it('is made with its folder, in the form the lab wants', () => {
    const file = join(temporaryFolder(), 'a', 'b', 'lab.sqlite')
    const store = openStore(file)
    expect(store.notices).toEqual([])
    const reader = new Database(file, { readonly: true })
    expect(reader.pragma('journal_mode', { simple: true })).toBe('wal')
    expect(reader.pragma('user_version', { simple: true })).toBe(migrations.length)
    const tables = reader.prepare(`SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'`)
    const notStrict = (tables.all() as { name: string; strict: number }[]).filter((table) => table.strict === 0)
    expect(notStrict.map((table) => table.name).filter((name) => !name.startsWith('sqlite_'))).toEqual([])
    reader.close()
    store.close()
  })

  it('closed is one file that holds everything', () => {
    const file = temporaryFile()
    const store = openStore(file)
    const run = newRun(store)
    store.steps.append(run, exampleSteps(0, 5000))
    store.close()
    store.close()
    expect(readdirSync(dirname(file)).filter((name) => /wal|shm|holder/.test(name))).toEqual([])
    const copy = temporaryFile()
    copyFileSync(file, copy)
    const copied = openStore(copy)
    expect(copied.steps.count(run)).toBe(5000)
    copied.close()
  })
})

describe('one writer', () => {
  it('a second is told who holds the lab; a reader reads on', async () => {
    const file = temporaryFile()
    const held = await writer(file, 3)
    const error = errorOf(() => openStore(file))
    expect(error.kind).toBe('locked')
    expect(error.message).toContain(`process ${held.child.pid} on ${hostname()}, since ${new Date().getUTCFullYear()}`)
    expect(readHolder(file)!.pid).toBe(held.child.pid)
    const reader = openStore(file, { readOnly: true })
    const [run] = reader.runs.list()
    expect(run!.state).toBe('running')
    const count = reader.steps.count(run!.id)
    expect(count).toBeGreaterThanOrEqual(21)
    await new Promise((resolve) => setTimeout(resolve, 300))
    expect(reader.steps.count(run!.id)).toBeGreaterThan(count)
    expect(errorOf(() => reader.runs.setNotes(run!.id, 'x')).message).toContain('opened for reading only')
    reader.close()
    await kill(held)
  })

  it('in the same process too, and the lab is free again once closed', () => {
    const file = temporaryFile()
    const first = openStore(file)
    expect(errorOf(() => openStore(file)).message).toContain(`process ${process.pid}`)
    first.close()
    openStore(file).close()
  })

  it('killed with SIGKILL loses nothing committed, and its lock goes with it', async () => {
    const file = temporaryFile()
    const held = await writer(file, 700) // past a chunk: 4,900 steps
    await kill(held)
    const store = openStore(file)
    const [run] = store.runs.list()
    expect(run!.state).toBe('interrupted')
    const loss = store.steps.column(run!.id, 'loss')
    expect(loss.length).toBeGreaterThanOrEqual(held.committed())
    expect(loss.every((value, step) => value === step)).toBe(true)
    store.close()
  })
})

describe('migrations', () => {
  const added = [...migrations, 'ALTER TABLE runs ADD COLUMN colour TEXT']

  it('keep the rows and a copy of the database before them', () => {
    const file = temporaryFile()
    const before = openStore(file)
    const run = newRun(before)
    before.steps.append(run, exampleSteps(0, 100))
    const row = before.runs.get(run)
    before.close()
    const after = openStore(file, { migrations: added })
    expect(after.runs.get(run)).toEqual(row)
    expect(after.steps.count(run)).toBe(100)
    const copies = readdirSync(dirname(file)).filter((name) => name.includes('before-v'))
    expect(copies).toHaveLength(1)
    expect(after.notices[0]).toContain(copies[0])
    after.close()
    const copy = openStore(join(dirname(file), copies[0]!))
    expect(copy.runs.get(run)).toEqual(row)
    copy.close()
  })

  it('that fail leave the version and the rows before them', () => {
    const file = temporaryFile()
    const before = openStore(file)
    const run = newRun(before)
    before.close()
    const broken = [...migrations, 'ALTER TABLE runs ADD COLUMN colour TEXT; INSERT INTO nothing VALUES (1)']
    expect(() => openStore(file, { migrations: broken })).toThrow(/nothing/)
    const orphaning = [...migrations, 'DELETE FROM experiments']
    expect(() => openStore(file, { migrations: orphaning })).toThrow(/broken references/)
    const again = openStore(file)
    expect(again.runs.get(run).id).toBe(run)
    again.close()
  })

  /** For each version the rows that a database of the version before it may hold: add an entry with each migration. */
  const rowsBefore: Record<number, string> = {
    1: '',
    2: `
      INSERT INTO data_sets VALUES ('old', 'old', 'aa', '${JSON.stringify(manifest('old', 'a'.repeat(64)))}', '{}', 'old', 1, NULL);
      INSERT INTO experiments VALUES (1, 'before', NULL, '{}', 'old', 1);
      INSERT INTO runs (id, experiment, seed, state, data_hash, lab_version, created)
        VALUES ('0001-before', 1, 7, 'running', 'aa', '0.1.0', 1);
      INSERT INTO log (run, time, level, message) VALUES (1, 2, 'info', 'kept');`,
    3: `
      INSERT INTO data_sets VALUES ('old', 'old', 'aa', '${JSON.stringify(manifest('old', 'a'.repeat(64)))}', '{}', 'old', 1, NULL);
      INSERT INTO experiments VALUES (1, 'before', NULL, '{}', 'old', 1);
      INSERT INTO runs (id, experiment, seed, state, data_hash, lab_version, created, name, queue_position)
        VALUES ('0001-before', 1, 7, 'running', 'aa', '0.1.0', 1, 'own', 1);
      INSERT INTO settings VALUES ('a', '1');`,
    4: `
      INSERT INTO data_sets VALUES ('old', 'old', 'aa', '${JSON.stringify(manifest('old', 'a'.repeat(64)))}', '{}', 'old', 1, NULL);
      INSERT INTO experiments VALUES (1, 'before', NULL, '{}', 'old', 1);
      INSERT INTO runs (id, experiment, seed, state, data_hash, lab_version, created)
        VALUES ('0001-before', 1, 7, 'finished', 'aa', '0.1.0', 1);
      INSERT INTO memory_samples VALUES (1, 10, 2000);`,
    5: `
      INSERT INTO data_sets VALUES ('old', 'old', 'aa', '${JSON.stringify(manifest('old', 'a'.repeat(64)))}', '{}', 'old', 1, NULL);
      INSERT INTO experiments VALUES (1, 'before', NULL, '{}', 'old', 1);
      INSERT INTO runs (id, experiment, seed, state, data_hash, lab_version, created)
        VALUES ('0001-before', 1, 7, 'finished', 'aa', '0.1.0', 1);
      INSERT INTO image_marks VALUES ('old', 3, 'label is wrong', 1);`,
    6: `
      INSERT INTO data_sets VALUES ('old', 'old', 'aa', '${JSON.stringify(manifest('old', 'a'.repeat(64)))}', '{}', 'old', 1, NULL);
      INSERT INTO experiments VALUES (1, 'before', NULL, '{}', 'old', 1);
      INSERT INTO runs (id, experiment, seed, state, data_hash, lab_version, created, origin)
        VALUES ('0001-before', 1, 7, 'finished', 'aa', '0.1.0', 1, '{"id":"0004-before","brought":1}');`,
  }
  it.each(migrations.map((_, index) => index + 1))('to version %i keep the rows of the one before it', (version) => {
    const rows = rowsBefore[version]
    expect(rows, `rows of version ${version - 1}`).toBeDefined()
    const file = temporaryFile()
    const before = new Database(file)
    migrate(before, file, migrations.slice(0, version - 1))
    before.exec(rows!)
    const counts = tableCounts(before)
    migrate(before, file, migrations.slice(0, version))
    expect(before.pragma('user_version', { simple: true })).toBe(version)
    expect(tableCounts(before)).toMatchObject(counts)
    before.close()
    const store = openStore(file)
    expect(store.runs.get(newRun(store)).state).toBe('queued')
    store.close()
  })

  it('to version 2 leave runs with their experiment’s name and outside the queue', () => {
    const file = temporaryFile()
    const before = new Database(file)
    migrate(before, file, migrations.slice(0, 1))
    before.exec(rowsBefore[2]!)
    before.close()
    const store = openStore(file)
    expect(store.runs.get('0001-before')).toMatchObject({ name: 'before', seed: 7, state: 'interrupted' })
    expect(store.log.list('0001-before')).toMatchObject([{ message: 'kept' }])
    expect(store.runs.queue()).toEqual([])
    expect(store.settings.get('any')).toBeNull()
    store.close()
  })

  it('a newer database is refused, named with both versions, and untouched', () => {
    const file = temporaryFile()
    openStore(file).close()
    const newer = new Database(file)
    newer.pragma(`user_version = ${migrations.length + 3}`)
    newer.close()
    const bytes = readFileSync(file)
    for (const options of [{}, { readOnly: true }]) {
      const error = errorOf(() => openStore(file, options))
      expect(error.kind).toBe('storage')
      expect(error.message).toContain(file)
      expect(error.message).toContain(`version ${migrations.length + 3}`)
      expect(error.message).toContain(`up to ${migrations.length}`)
      expect(error.hint).toContain('Update')
    }
    expect(readFileSync(file).equals(bytes)).toBe(true)
  })

  it('a reader asks for an upgrade instead of making one', () => {
    const file = temporaryFile()
    openStore(file).close()
    const refused = errorOf(() => openStore(file, { readOnly: true, migrations: added }))
    expect(refused.kind).toBe('outdated')
    expect(refused.hint).toContain('upgrades')
  })

  it('another program’s database is refused', () => {
    const file = temporaryFile()
    const other = new Database(file)
    other.exec('CREATE TABLE notes (text)')
    other.close()
    expect(errorOf(() => openStore(file)).message).toContain('another program')
  })
})

describe('damage', () => {
  const damages: [string, (file: string) => void][] = [
    ['no database at all', (file) => writeFileSync(file, 'x'.repeat(100_000))],
    ['cut short', (file) => writeFileSync(file, readFileSync(file).subarray(0, 20_000))],
    [
      'pages overwritten',
      (file) => {
        const bytes = readFileSync(file)
        writeFileSync(file, bytes.fill(0xa5, 8192, bytes.length))
      },
    ],
  ]
  it.each(damages)('%s: the file is kept aside and the next start begins anew', (_, damage) => {
    const file = temporaryFile()
    const before = openStore(file)
    before.steps.append(newRun(before), exampleSteps(0, 9000))
    before.close()
    damage(file)
    const damaged = readFileSync(file)
    const error = errorOf(() => openStore(file))
    expect(error.kind).toBe('storage')
    const aside = readdirSync(dirname(file)).filter((name) => name.includes('.damaged-'))
    expect(aside).toHaveLength(1)
    expect(error.message).toContain(aside[0])
    expect(error.hint).toContain('.recover')
    expect(readFileSync(join(dirname(file), aside[0]!)).equals(damaged)).toBe(true)
    const store = openStore(file)
    expect(store.runs.list()).toEqual([])
    store.close()
  })
})

describe('places that cannot be used', () => {
  it('a folder that is a file', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'home'), '')
    const error = errorOf(() => openStore(join(folder, 'home', 'lab.sqlite')))
    expect(error).toMatchObject({ kind: 'storage' })
    expect(error.hint).toContain('--home')
  })

  it('nothing to read', () => {
    expect(errorOf(() => openStore(temporaryFile(), { readOnly: true })).kind).toBe('not-found')
  })

  // The superuser writes everywhere: step down for this test.
  it.skipIf(process.platform === 'win32')(
    'a folder without write permission: refused for writing, read as it is',
    () => {
      const file = temporaryFile()
      const before = openStore(file)
      const run = newRun(before)
      before.close()
      const folder = dirname(file)
      const user = process.geteuid!()
      for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o444)
      chmodSync(folder, 0o555)
      if (user === 0) process.seteuid!(65534)
      try {
        const error = errorOf(() => openStore(file))
        expect(error.kind).toBe('storage')
        expect(error.message).toContain(folder)
        const reader = openStore(file, { readOnly: true })
        expect(reader.runs.get(run).id).toBe(run)
        reader.close()
      } finally {
        if (user === 0) process.seteuid!(user)
        chmodSync(folder, 0o755)
      }
    },
  )

  it('a disk without room: told, and what was recorded is kept', () => {
    // SQLite tells a full database as it tells a full disk; a migration is the way to its connection.
    const store = openStore(temporaryFile(), { migrations: [...migrations, 'PRAGMA max_page_count = 60'] })
    const run = newRun(store)
    store.steps.append(run, exampleSteps(0, 100))
    const error = errorOf(() => store.steps.append(run, exampleSteps(100, 20_000)))
    expect(error.message).toContain('no room')
    expect(store.steps.count(run)).toBe(100)
    store.close()
  })
})

import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openPromise } from 'yauzl'
import { comparisonFiles, runFiles } from '../../../shared/exports/files'
import type { RunExport } from './data'
import { exportRun } from './run'
import { sampleRun } from './testing/sample-run'
import { writeZip } from './zip'

const run = (number: string, changes: Partial<Parameters<typeof sampleRun>[0]> = {}): RunExport => ({
  ...sampleRun({
    ...{ preset: 'testing-hrm', epochs: 2, batchesPerEpoch: 6, classes: [...'abcd'], testImages: 40 },
    ...{ seed: Number(number), name: `run ${number}`, ...changes },
  }),
  id: `${number}-tiny`,
})

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hrm-zip-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

/** Texts of the members, in order. */
async function members(path: string): Promise<Map<string, string>> {
  const zip = await openPromise(path)
  const found = new Map<string, string>()
  for await (const entry of zip.eachEntry())
    found.set(entry.fileName, await text(await zip.openReadStreamPromise(entry)))
  return found
}

describe('writeZip', () => {
  it('holds every picture and table of the runs and of their comparison, under names that say what they are', async () => {
    const path = join(folder, 'all.zip')
    await writeZip([run('0001'), run('0002')], path)
    const found = await members(path)
    const names = [...found.keys()]
    expect(names[0]).toBe('contents.md')
    expect(names.slice(1)).toEqual(names.slice(1).sort())
    // Nothing is published of this preset; weights are no table.
    const made = runFiles.filter((name) => !['published.md', 'weights.safetensors'].includes(name))
    for (const id of ['0001-tiny', '0002-tiny']) {
      const own = names.filter((name) => name.startsWith(`${id}/`))
      expect(own).toEqual(made.map((name) => `${id}/${id}-${name}`).sort())
    }
    const compared = names.filter((name) => name.startsWith('comparison-0001-0002/'))
    expect(compared).toEqual(comparisonFiles.map((name) => `comparison-0001-0002/comparison-0001-0002-${name}`).sort())

    await exportRun(run('0002'), folder, { only: ['steps.csv'] })
    expect(found.get('0002-tiny/0002-tiny-steps.csv')).toBe(readFileSync(join(folder, 'steps.csv'), 'utf8'))
    const contents = found.get('contents.md')!
    expect(contents).toContain('| 0001-tiny | run 0001 |')
    expect(contents).toMatch(/## Left out[^]*0001-tiny\/0001-tiny-published\.md \| nothing is published/)
  })

  it('is the same bytes each time, in every time zone', async () => {
    const before = process.env['TZ']
    const made: Buffer[] = []
    try {
      for (const zone of ['Pacific/Auckland', 'America/Los_Angeles']) {
        process.env['TZ'] = zone
        const path = join(folder, `${made.length}.zip`)
        await writeZip([run('0001')], path, { format: 'svg', theme: 'dark' })
        made.push(readFileSync(path))
      }
    } finally {
      if (before === undefined) delete process.env['TZ']
      else process.env['TZ'] = before
    }
    expect(made[0]!.equals(made[1]!)).toBe(true)
    expect([...(await members(join(folder, '0.zip'))).keys()]).toContain('0001-tiny/0001-tiny-loss.svg')
  })

  it('keeps the old zip, and leaves nothing else, when it cannot be finished', async () => {
    const path = join(folder, 'all.zip')
    writeFileSync(path, 'old')
    await expect(writeZip([run('0001')], path, { width: 1 })).rejects.toMatchObject({ kind: 'bad-input' })
    const stop = new AbortController()
    const onFile = (name: string): void => (name === 'epochs.csv' ? stop.abort() : undefined)
    await expect(writeZip([run('0001')], path, { signal: stop.signal, onFile })).rejects.toThrow('abort')
    await expect(writeZip([], path)).rejects.toMatchObject({ kind: 'bad-input' })
    expect(readFileSync(path, 'utf8')).toBe('old')
    expect(readdirSync(folder)).toEqual(['all.zip'])
  })

  it('tells how far it is over all files', async () => {
    const told: [number, number][] = []
    await writeZip([run('0001'), run('0002')], join(folder, 'all.zip'), { onFile: (_, i, n) => told.push([i, n]) })
    const total = 2 * (runFiles.length - 1) + comparisonFiles.length
    expect(told).toEqual(Array.from({ length: total }, (_, i) => [i, total]))
  })
})

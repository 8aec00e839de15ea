import { describe, expect, it } from 'vitest'
import { sampleRun } from '../dev/samples'
import { FakeClient } from '../transport/fake'
import { dissolveFolder, folderRows, moveRuns, renameFolder } from './folders'
import { Lab } from './lab.svelte'
import { defaultLook, lookAt, matches, readLook } from './runs-table'

const runs = [
  sampleRun(1, { folder: 'b/x', name: 'one' }),
  sampleRun(2, { folder: 'b', name: 'two' }),
  sampleRun(3, { folder: 'A 10', name: 'three' }),
  sampleRun(4, { folder: 'a 9', name: 'four' }),
  sampleRun(5, { name: 'five' }),
]

describe('folders of the table', () => {
  it('are those that runs lie in, each under its own, with the runs in and within', () => {
    const lines = (chosen: string | null) =>
      folderRows(runs, chosen).map(({ path, name, depth, runs: count }) => `${depth} ${name} ${count} ${path}`)
    expect(lines(null)).toEqual(['0 a 9 1 a 9', '0 A 10 1 A 10', '0 b 2 b', '1 x 1 b/x'])
    expect(lines('b/gone')).toContain('1 gone 0 b/gone')
  })
  it('are looked into with those within; runs can lie in none', () => {
    const names = (folder: string | null) => lookAt(runs, { ...defaultLook, folder }).map(({ name }) => name)
    expect(names('b')).toEqual(['two', 'one'])
    expect(names('')).toEqual(['five'])
    expect(names(null)).toHaveLength(5)
    expect(matches(runs[0]!, 'one B/X')).toBe(true)
    expect(readLook({ folder: 'b', folders: true })).toMatchObject({ folder: 'b', folders: true })
    expect(readLook({ folder: 3, folders: 'x' })).toEqual(defaultLook)
  })
})

describe('changes of folders', () => {
  function open(): { lab: Lab; client: FakeClient } {
    const client = new FakeClient({
      'runs.place': () => null,
      'runs.moveFolder': () => ({ before: [{ id: 'run-1', folder: 'b/x' }] }),
      'settings.set': () => null,
    })
    return { client, lab: new Lab(client) }
  }

  it('move the runs that lie elsewhere, to be undone for each as it was', async () => {
    const { client, lab } = open()
    await moveRuns(lab, runs.slice(0, 3), 'b')
    const places = [
      { id: 'run-1', folder: 'b' },
      { id: 'run-3', folder: 'b' },
    ]
    expect(client.asked.at(-1)).toEqual({ name: 'runs.place', args: { places } })
    await lab.undo.take()
    expect(client.asked.at(-1)!.args).toEqual({
      places: [
        { id: 'run-1', folder: 'b/x' },
        { id: 'run-3', folder: 'A 10' },
      ],
    })
    const { length } = client.asked
    expect(await moveRuns(lab, [runs[1]!], 'b')).toBe(true)
    expect(client.asked).toHaveLength(length)
  })
  it('take the look along, and back', async () => {
    const { client, lab } = open()
    lab.runsTable.change({ folder: 'b/x' })
    await renameFolder(lab, 'b/x', 'c')
    expect(lab.runsTable.look.folder).toBe('c')
    await lab.undo.take()
    expect(lab.runsTable.look.folder).toBe('b/x')
    expect(client.asked.findLast(({ name }) => name === 'runs.place')!.args).toEqual({
      places: [{ id: 'run-1', folder: 'b/x' }],
    })
    await dissolveFolder(lab, 'b/x')
    expect(client.asked.findLast(({ name }) => name === 'runs.moveFolder')!.args).toEqual({ from: 'b/x', to: 'b' })
    expect(lab.runsTable.look.folder).toBe('b')
  })
})

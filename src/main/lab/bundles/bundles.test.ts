import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { makeZip } from '../../../../scripts/engine-setup/testing/kit.mjs'
import { confusionMatrix } from '../../../shared/metrics/confusion'
import { stepColumnNames } from '../../../shared/metrics/steps'
import { exampleEvaluation, exampleSteps, importReport, newRun, temporaryFolder } from '../../store/testing/fixtures'
import { listZip, readZipMember } from '../datasets/readers/zip'
import { readImages } from '../datasets/thumbnails'
import { Lab } from '../lab'
import { takeInBundle } from './take-in'
import { writeBundle } from './write'

const TRUTH = [0, 1, 2, 2]
const PREDICTED = [0, 3, 2, 0]
/** More than a whole chunk of them. */
const STEPS = 5000

let lab: Lab
let other: Lab
let id: string
let bundle: string

beforeEach(async () => {
  lab = Lab.open({ home: temporaryFolder() })
  other = Lab.open({ home: temporaryFolder() })
  id = newRun(lab.store)
  bundle = join(temporaryFolder(), 'run.hrmlab')
  const folder = join(lab.home.dataSets, 'digits')
  mkdirSync(folder)
  const labels = Uint16Array.of(0, 0, 0, 0, 0, 0, 0, 0, ...TRUTH)
  writeFileSync(join(folder, 'labels.u16'), Buffer.from(labels.buffer))
  writeFileSync(join(folder, 'images.u8'), Buffer.from(Array.from({ length: 12 * 64 }, (_, i) => i % 251)))
  writeFileSync(
    join(folder, 'index.json'),
    JSON.stringify(Array.from({ length: 12 }, (_, i) => ({ name: `${i}.png` }))),
  )
  lab.store.runs.setState(id, 'running')
  lab.store.steps.append(id, exampleSteps(0, STEPS))
  lab.store.epochs.insert(id, { epoch: 0, trainLoss: 1, trainAccuracy: 0.5, trainSeconds: 2 })
  const evaluation = { ...exampleEvaluation('test', 0.5), predicted: Uint16Array.from(PREDICTED) }
  lab.store.evaluations.insert(id, 0, evaluation, confusionMatrix(TRUTH, PREDICTED, 4))
  lab.store.log.append(id, 'info', 'begun')
  const weights = lab.runs.folder(lab.store.runs.get(id))
  mkdirSync(weights)
  for (const [file, step] of [
    ['checkpoint-0001.safetensors', 100],
    ['checkpoint-0002.safetensors', 200],
  ] as const) {
    writeFileSync(join(weights, file), `weights ${step}`)
    lab.store.checkpoints.insert(id, { file, step, epoch: 0, bytes: 11 })
  }
  lab.store.runs.setState(id, 'finished', null, 12.5)
  lab.store.runs.setNotes(id, 'a note')
  lab.store.runs.setFolder(id, 'kept/here')
  lab.store.questions.insert('Does it travel?', [id])
  await writeBundle(lab, lab.store.runs.get(id), bundle)
})
afterEach(() => {
  lab.close()
  other.close()
})

/** What a run is, apart from where it lies. */
function contentOf({ store, runs }: Lab, run: string) {
  const { number: _n, experiment: _e, dataSet: _d, origin: _o, ...row } = store.runs.get(run)
  return {
    row,
    configuration: runs.configuration(store.runs.get(run)),
    steps: stepColumnNames.map((name) => store.steps.column(run, name)),
    epochs: store.epochs.list(run),
    evaluations: store.evaluations.list(run),
    predictions: store.evaluations.predictions(run, 0, 'test'),
    confusion: store.evaluations.confusion(run, 0, 'test'),
    log: store.log.list(run),
  }
}

const everythingIn = ({ home, store }: Lab) => [
  readdirSync(home.folder).sort(),
  readdirSync(home.runs),
  readdirSync(home.dataSets),
  [...store.runs.list(), ...store.runs.list({ trashed: true })].map((run) => run.id),
  store.dataSets.list().map((row) => row.id),
]

/** The bundle with some members changed. */
async function changed(change: (members: Map<string, Buffer>) => void): Promise<string> {
  const file = await open(bundle)
  const members = new Map<string, Buffer>()
  for (const { name, location } of await listZip(bundle)) members.set(name, await readZipMember(file, location))
  await file.close()
  change(members)
  const path = join(temporaryFolder(), 'changed.hrmlab')
  writeFileSync(path, makeZip([...members].map(([name, content]) => ({ name, content }))))
  return path
}

describe('a bundle', () => {
  it('brings the same run into another lab, with its newest weights', async () => {
    const { run, existed } = await takeInBundle(other, bundle)
    expect(existed).toBe(false)
    expect(run).toMatchObject({ id, origin: { id }, state: 'finished', notes: 'a note', folder: 'kept/here' })
    // What others asked stays with them.
    expect(other.store.questions.list()).toEqual([])
    const [here, there] = [contentOf(lab, id), contentOf(other, run.id)]
    expect({ ...there, row: { ...there.row, bytes: 0 } }).toEqual({ ...here, row: { ...here.row, bytes: 0 } })
    expect(other.store.checkpoints.list(run.id).map(({ file }) => file)).toEqual(['checkpoint-0002.safetensors'])
    expect(readFileSync(other.runs.weights(run), 'utf8')).toBe('weights 200')
    expect(readdirSync(other.home.folder).filter((name) => name.startsWith('.'))).toEqual([])
  })

  it('is known again, also in the trash, and where it came from', async () => {
    const { run } = await takeInBundle(other, bundle)
    other.store.runs.trash(run.id)
    const again = await takeInBundle(other, bundle)
    expect(again).toMatchObject({ existed: true, run: { id: run.id, trashed: null } })
    expect(other.store.runs.list()).toHaveLength(1)
    expect(await takeInBundle(lab, bundle)).toMatchObject({ existed: true, run: { id, origin: null } })
  })

  it('is known by where it was made, over several labs', async () => {
    newRun(other.store)
    cpSync(join(lab.home.dataSets, 'digits'), join(other.home.dataSets, 'digits'), { recursive: true })
    const { run } = await takeInBundle(other, bundle)
    expect(run.id).not.toBe(id)
    const onward = join(temporaryFolder(), 'onward.hrmlab')
    await writeBundle(other, run, onward)
    const third = Lab.open({ home: temporaryFolder() })
    expect((await takeInBundle(third, onward)).run.origin).toMatchObject({ id })
    expect(await takeInBundle(third, bundle)).toMatchObject({ existed: true })
    expect(await takeInBundle(lab, onward)).toMatchObject({ existed: true, run: { id } })
    third.close()
  })

  it('of a run that trains or waits brings one that can be gone on with', async () => {
    for (const state of ['running', 'queued'] as const) {
      lab.store.runs.setState(id, state)
      await writeBundle(lab, lab.store.runs.get(id), bundle)
      const fresh = Lab.open({ home: temporaryFolder() })
      expect((await takeInBundle(fresh, bundle)).run.state).toBe('interrupted')
      fresh.close()
    }
  })

  it('leaves a run that has the same id alone', async () => {
    const own = newRun(other.store)
    expect(own).toBe(id)
    const { run } = await takeInBundle(other, bundle)
    expect(run.id).toMatch(/^0002-/)
    expect(run.origin).toMatchObject({ id })
    expect(other.store.runs.get(own).state).toBe('queued')
  })

  it('brings the tested images alone, and says so', async () => {
    const { run } = await takeInBundle(other, bundle)
    const dataSet = other.dataSets.get(run.dataSet)
    const [folder, manifest] = [other.dataSets.folder(dataSet), dataSet.manifest]
    expect(await readImages(folder, manifest, [9])).toEqual(
      await readImages(join(lab.home.dataSets, 'digits'), manifest, [9]),
    )
    await expect(readImages(folder, manifest, [3])).rejects.toThrow('The train images of “digits” are not here')
    expect(dataSet.report.notes).toEqual([
      expect.stringContaining('of its images test are here'),
      ...importReport.notes,
    ])
    const configuration = other.runs.configuration(run)
    // What asks for a public data set by name does not take the partial one for it.
    expect(other.dataSets.findKnown(manifest.known)).toBeNull()
    const again = { name: 'again', configuration, dataSet, seeds: [1] }
    expect(() => other.runs.create(again)).toThrow('are not here')
  })

  it('takes the data set that is there', async () => {
    const { manifest } = lab.dataSets.get('digits')
    other.store.dataSets.insert({ id: 'own', folder: 'datasets/own', manifest, report: importReport })
    const { run } = await takeInBundle(other, bundle)
    expect(run.dataSet).toBe('own')
    expect(existsSync(other.home.dataSets) && readdirSync(other.home.dataSets)).toEqual([])
  })

  it('cannot be made of a run that has not begun', async () => {
    const queued = newRun(lab.store)
    await expect(writeBundle(lab, lab.store.runs.get(queued), bundle)).rejects.toThrow('has not begun')
  })
})

describe('what is no sound bundle', () => {
  /** Says why, and stores nothing. */
  async function refused(path: string, reason: RegExp): Promise<void> {
    const before = everythingIn(other)
    await expect(takeInBundle(other, path)).rejects.toMatchObject({
      kind: 'bad-input',
      message: expect.stringMatching(reason),
    })
    expect(everythingIn(other)).toEqual(before)
  }

  it('is refused: cut short, another zip, no zip', async () => {
    const cut = join(temporaryFolder(), 'cut.hrmlab')
    writeFileSync(cut, readFileSync(bundle).subarray(0, -100))
    await refused(cut, /not a whole zip/)
    const photos = join(temporaryFolder(), 'photos.zip')
    writeFileSync(photos, makeZip([{ name: 'cat/1.png', content: Buffer.from('x') }]))
    await refused(photos, /not a run bundle/)
  })

  it('is refused: of a newer lab', async () => {
    const newer = await changed((members) => {
      const manifest = JSON.parse(members.get('bundle.json')!.toString()) as object
      members.set('bundle.json', Buffer.from(JSON.stringify({ ...manifest, version: 2, labVersion: '9.0' })))
    })
    await refused(newer, /newer HRM Lab \(9\.0/)
  })

  it('is refused: names that lead out, files that nobody named or that are others', async () => {
    await refused(await changed((members) => members.set('../evil.txt', Buffer.from('x'))), /leads out of the archive/)
    await refused(await changed((members) => members.set('evil.txt', Buffer.from('x'))), /does not name/)
    await refused(
      await changed((members) => members.set('checkpoints/checkpoint-0002.safetensors', Buffer.from('weights 666'))),
      /is not what its manifest names/,
    )
    await refused(await changed((members) => members.delete('images/test.u8')), /is missing/)
  })

  it('keeps a file that is there when it cannot be written', async () => {
    const folder = join(temporaryFolder(), 'file')
    writeFileSync(folder, 'mine')
    await expect(writeBundle(lab, lab.store.runs.get(id), join(folder, 'x.hrmlab'))).rejects.toMatchObject({
      kind: 'storage',
    })
    expect(readFileSync(folder, 'utf8')).toBe('mine')
  })
})

import { describe, expect, it, vi } from 'vitest'
import type { ImportReportView, InspectionView } from '../../shared/contract/data-sets'
import { sampleDataSet, sampleEngine } from '../dev/samples'
import { RequestFailed } from '../transport/client'
import { FakeClient } from '../transport/fake'
import { DataSetPage } from './data-set-page.svelte'
import { choicesOf, formProblems, newForm, previewChoices } from './import-choices'
import type { ImportOutcome } from './imports.svelte'
import { Lab } from './lab.svelte'
import { Reproduction } from './reproduce.svelte'
import { Upload } from './upload.svelte'

const inspection: InspectionView = {
  path: '/pets',
  reader: 'folder',
  name: 'pets',
  classes: [{ name: 'cat', train: 3, validation: 0, test: 0 }],
  images: 3,
  bytes: 300,
  native: null,
  hasTest: false,
  hasValidation: false,
  skipped: [],
  skippedMore: 0,
  notes: [],
}
const report: ImportReportView = {
  classes: [],
  skipped: [],
  skippedMore: 0,
  duplicates: [],
  duplicatesMore: 0,
  imbalance: 1,
  notes: [],
}

async function make(): Promise<{ client: FakeClient; lab: Lab; end: (outcome: ImportOutcome) => void }> {
  const client: FakeClient = new FakeClient({
    'lab.state': () => ({ version: '1', home: 'h', platform: 'linux', sequence: client.sequence, notices: [] }),
    'runs.list': () => [],
    'queue.get': () => ({
      order: [],
      running: null,
      halting: null,
      secondsExpected: {},
      paused: false,
      problem: null,
    }),
    'engine.describe': () => sampleEngine,
    'settings.get': () => null,
    'dataSets.list': () => [],
    'dataSets.imports': () => [],
    'dataSets.inspect': () => structuredClone(inspection),
    'dataSets.import': () => ({ import: 7 }),
    'dataSets.download': () => ({ import: 7 }),
    'dataSets.get': () => ({ dataSet: sampleDataSet(), report }),
    'experiments.start': () => ({ runs: ['run-1'] }),
  })
  const lab = new Lab(client)
  lab.imports.start()
  await lab.start().ready
  return {
    client,
    lab,
    end: (outcome) => client.emit({ kind: 'import-end', import: 7, path: '/pets', outcome }),
  }
}
const done: ImportOutcome = { ok: true, dataSet: 'mnist', existed: false }
const failure: ImportOutcome = { ok: false, cancelled: false, message: 'The disk is full.', hint: null }
const asked = (client: FakeClient, name: string): unknown[] =>
  client.asked.filter((request) => request.name === name).map(({ args }) => args)

describe('the choices of an import', () => {
  it('name what is wrong, field by field', () => {
    const form = { ...newForm(), size: 'other', otherSize: 0, validation: 95, splitSeed: 1.5 } as const
    expect(Object.keys(formProblems(form)).sort()).toEqual(['name', 'otherSize', 'splitSeed', 'validation'])
    expect(previewChoices(form)).toBeNull()
    expect(formProblems({ ...newForm(), name: 'pets' })).toEqual({})
  })
  it('leave out what is the default', () => {
    expect(choicesOf({ ...newForm(), name: ' pets ' })).toEqual({
      name: 'pets',
      fit: 'crop',
      background: '#ffffff',
      splitSeed: 0,
      validationShare: 0,
    })
    const other = { ...newForm(), name: 'p', size: 'other', otherSize: 100, channels: '1', validation: 10 } as const
    expect(choicesOf(other)).toMatchObject({ size: 100, channels: 1, validationShare: 0.1 })
  })
  it('that change no pixel ask for no other preview', () => {
    const form = { ...newForm(), name: 'a' }
    expect(previewChoices({ ...form, name: 'b', validation: 20, splitSeed: 9 })).toEqual(previewChoices(form))
  })
})

describe('an import', () => {
  it('is looked at, chosen about and taken in, then shows its report', async () => {
    const { client, lab, end } = await make()
    const { imports } = lab
    await imports.take({ path: '/pets' })
    expect([imports.open, imports.draft?.stage, imports.draft?.form.name]).toEqual([true, 'choosing', 'pets'])
    const draft = imports.draft!
    draft.form.size = '48'
    const imported = imports.import()
    await vi.waitFor(() => expect(draft.number).toBe(7))
    end(done)
    await imported
    expect(asked(client, 'dataSets.import')).toMatchObject([{ path: '/pets', choices: { name: 'pets', size: 48 } }])
    expect([draft.stage, draft.result?.dataSet.id]).toEqual(['done', 'mnist'])
    expect(lab.messages.shown).toEqual([])
  })

  it('hears an end that comes before the reply with its number', async () => {
    const { lab, client, end } = await make()
    client.answers['dataSets.import'] = () => {
      end(done)
      return { import: 7 }
    }
    await lab.imports.take({ path: '/pets' })
    await lab.imports.import()
    expect(lab.imports.draft?.stage).toBe('done')
  })

  it('that failed can be chosen about again; cancelled is no failure', async () => {
    const { lab, end } = await make()
    await lab.imports.take({ path: '/pets' })
    const draft = lab.imports.draft!
    const first = lab.imports.import()
    await vi.waitFor(() => expect(draft.number).toBe(7))
    end(failure)
    await first
    expect([draft.stage, draft.problem?.message]).toEqual(['choosing', 'The disk is full.'])
  })

  it('tells its end when the sheet was closed, and that the sheet of a failed one can be seen', async () => {
    const { lab, end } = await make()
    const { imports } = lab
    await imports.take({ path: '/pets' })
    const imported = imports.import()
    await vi.waitFor(() => expect(imports.draft?.number).toBe(7))
    imports.open = false
    imports.closed()
    end(failure)
    await imported
    expect(lab.messages.shown[0]?.text).toContain('The import of pets failed. The disk is full.')
    lab.messages.shown[0]?.action?.run()
    expect(imports.open).toBe(true)
  })

  it('leads back to the sheet that was closed while files were sent', async () => {
    const { lab } = await make()
    const { imports } = lab
    let sent: (path: string) => void = () => undefined
    const upload = new Upload('pets', { files: [], unreadable: [] })
    vi.spyOn(upload, 'send').mockReturnValue(new Promise((resolve) => (sent = resolve)))
    const taken = imports.take({ upload })
    imports.open = false
    imports.closed()
    expect(imports.draft?.stage).toBe('sending')
    sent('/uploads/pets')
    await taken
    expect(lab.messages.shown[0]?.text).toBe('pets can be imported.')
    lab.messages.shown[0]?.action?.run()
    expect([imports.open, imports.draft?.stage]).toEqual([true, 'choosing'])
  })

  it('whose end the window missed does not wait for ever', async () => {
    const { lab, client } = await make()
    const imported = lab.imports.ended(7)
    client.connect(false)
    client.connect(true)
    expect(await imported).toMatchObject({ ok: false })
  })

  it('that cannot be read says why, and takes nothing in', async () => {
    const { lab, client } = await make()
    const problem = { kind: 'bad-input', message: 'No images.', hint: null, details: null }
    client.answers['dataSets.inspect'] = () => Promise.reject(new RequestFailed(problem))
    await lab.imports.take({ path: '/pets' })
    expect(lab.imports.draft?.problem).toEqual(problem)
    expect(lab.imports.draft?.ready).toBe(false)
  })

  it('shows only the newest preview', async () => {
    const { lab, client } = await make()
    await lab.imports.take({ path: '/pets' })
    const draft = lab.imports.draft!
    const replies: (() => void)[] = []
    client.answers['dataSets.preview'] = ({ choices }) =>
      new Promise((resolve) =>
        replies.push(() =>
          resolve({
            preview: String(choices.size),
            prepared: { height: 1, width: 1, channels: 1 },
            images: [],
            problems: [],
            sample: null,
          }),
        ),
      )
    const first = draft.refreshPreview()
    draft.form.size = '64'
    const second = draft.refreshPreview()
    replies[1]!()
    replies[0]!()
    await Promise.all([first, second])
    expect([draft.preview?.preview, draft.previewing]).toEqual(['64', false])
    await draft.refreshPreview()
    expect(asked(client, 'dataSets.preview')).toHaveLength(2)
  })
})

describe('the paper’s first experiment', () => {
  it('brings MNIST where it is missing, then starts', async () => {
    const { lab, client, end } = await make()
    const begun = new Reproduction(lab).begin()
    await vi.waitFor(() => expect(asked(client, 'dataSets.download')).toEqual([{ key: 'mnist', choices: {} }]))
    end(done)
    expect(await begun).toBe('run-1')
    expect(asked(client, 'experiments.start')).toMatchObject([{ name: 'hrm-mnist', dataSet: 'mnist' }])
  })
  it('starts at once where MNIST is', async () => {
    const { lab, client } = await make()
    lab.dataSets = [sampleDataSet()]
    expect(await new Reproduction(lab).begin()).toBe('run-1')
    expect(asked(client, 'dataSets.download')).toEqual([])
  })
  it('starts nothing when MNIST cannot be had, and tells why', async () => {
    const { lab, client, end } = await make()
    const begun = new Reproduction(lab).begin()
    await vi.waitFor(() => expect(asked(client, 'dataSets.download')).toHaveLength(1))
    end(failure)
    expect(await begun).toBeNull()
    expect(lab.messages.shown[0]?.failure?.message).toBe('The disk is full.')
    expect(asked(client, 'experiments.start')).toEqual([])
  })
})

it('reads the images of a wall page by page, each page once', async () => {
  const { lab, client } = await make()
  client.answers['dataSets.images'] = ({ offset, limit }) => ({
    total: 1200,
    images: Array.from({ length: Math.min(limit, 1200 - offset) }, (_, i) => ({ id: offset + i, label: 0, name: '' })),
  })
  const page = new DataSetPage(lab, 'mnist')
  page.label = 3
  const grid = page.grid()
  expect(page.grid()).toBe(grid)
  grid.need(0, 10)
  await vi.waitFor(() => expect(grid.total).toBe(1200))
  grid.need(400, 1100)
  grid.need(400, 1100)
  await vi.waitFor(() => expect(grid.at(1099)?.id).toBe(1099))
  expect(asked(client, 'dataSets.images')).toMatchObject([{ offset: 0, label: 3 }, { offset: 500 }, { offset: 1000 }])
  expect(grid.at(1200)).toBeNull()
})

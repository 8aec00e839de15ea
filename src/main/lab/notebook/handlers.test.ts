import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { contract, type RequestArguments, type RequestResult } from '../../../shared/contract/contract'
import type { LabEvent } from '../../../shared/contract/events'
import type { notebookRequests } from '../../../shared/contract/notebook'
import { LabError } from '../../../shared/errors'
import { newRun, temporaryFolder } from '../../store/testing/fixtures'
import { EventBus } from '../contract/event-bus'
import { Lab } from '../lab'
import { notebookHandlers } from './handlers'

describe('the notebook', () => {
  let lab: Lab
  let events: LabEvent[]
  let handlers: ReturnType<typeof notebookHandlers>
  beforeEach(() => {
    lab = Lab.open({ home: temporaryFolder() })
    events = []
    const bus = new EventBus()
    bus.emit = (event) => void events.push(event)
    handlers = notebookHandlers(lab, bus)
  })
  afterEach(() => lab.close())

  /** Asks as a window does: arguments and reply fit the contract. */
  async function ask<N extends keyof typeof notebookRequests>(
    name: N,
    given: RequestArguments<N>,
  ): Promise<RequestResult<N>> {
    const handler = handlers[name] as (given: unknown) => RequestResult<N> | Promise<RequestResult<N>>
    return contract[name].result.parse(await handler(contract[name].arguments.parse(given))) as RequestResult<N>
  }
  const list = (trashed = false) => ask('notebook.list', { trashed })

  it('keeps a question with its runs, what is written of it and its verdict, and tells windows', async () => {
    const [one, two] = [newRun(lab.store, 'a'), newRun(lab.store, 'b')]
    const { number } = await ask('notebook.ask', { question: ' Does it help? ', runs: [one, one] })
    expect(await list()).toMatchObject([
      { number, question: 'Does it help?', text: '', verdict: 'open', reason: '', runs: [one], trashed: false },
    ])
    await ask('notebook.change', { number, change: { verdict: 'yes', reason: '**Twice** as fast.' } })
    await ask('notebook.change', { number, change: { text: '<script>alert(1)</script>' } })
    await ask('notebook.add', { number, runs: [two, one] })
    expect(await list()).toMatchObject([
      { verdict: 'yes', reason: '**Twice** as fast.', text: '<script>alert(1)</script>', runs: [one, two] },
    ])
    expect(events).toEqual(Array.from({ length: 4 }, () => ({ kind: 'notebook' })))
  })

  it('names a run that was deleted since, and takes none that never was', async () => {
    const [one, two] = [newRun(lab.store, 'a'), newRun(lab.store, 'b')]
    const { number } = await ask('notebook.ask', { question: 'q', runs: [one, two] })
    lab.store.runs.remove(one)
    await ask('notebook.change', { number, change: { runs: [two, one] } })
    expect((await list())[0]!.runs).toEqual([two, one])
    await expect(ask('notebook.change', { number, change: { runs: ['none'] } })).rejects.toThrow(/no run “none”/)
    await expect(ask('notebook.ask', { question: 'q', runs: ['none'] })).rejects.toThrow(LabError)
    await expect(ask('notebook.ask', { question: '  ', runs: [] })).rejects.toThrow()
    expect((await list()).map(({ runs }) => runs)).toEqual([[two, one]])
  })

  it('has a trash of its own: what lies there can be restored, or deleted for good', async () => {
    const { number } = await ask('notebook.ask', { question: 'q', runs: [] })
    await expect(ask('notebook.delete', { number })).rejects.toThrow(/not in the trash/)
    await ask('notebook.trash', { number })
    expect([await list(), (await list(true)).length]).toEqual([[], 1])
    await ask('notebook.restore', { number })
    expect((await list()).length).toBe(1)
    await ask('notebook.trash', { number })
    await ask('notebook.delete', { number })
    await expect(ask('notebook.restore', { number })).rejects.toThrow(/no question 1/)
    expect((await ask('notebook.ask', { question: 'again', runs: [] })).number).toBe(2)
  })
})

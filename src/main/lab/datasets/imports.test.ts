import { describe, expect, it } from 'vitest'
import type { LabEvent } from '../../../shared/contract/events'
import { LabError } from '../../../shared/errors'
import { EventBus } from '../contract/event-bus'
import type { DataSets } from './data-sets'
import { Imports } from './imports'

type Import = DataSets['import']

/** Imports over a stand-in, and every event they emit. */
function importing(work: Import) {
  const events = new EventBus()
  const seen: LabEvent[] = []
  events.subscribe((batch) => seen.push(...batch.events))
  const imports = new Imports({ import: work }, events)
  const settled = async (): Promise<LabEvent[]> => {
    while (imports.list().length > 0) await new Promise((resolve) => setImmediate(resolve))
    events.flush()
    return seen
  }
  return { imports, settled }
}

describe('Imports', () => {
  it('tells progress and end, and lists what goes on', async () => {
    const { imports, settled } = importing(async (request, { onProgress }) => {
      onProgress?.({ phase: 'decoding', done: 1, total: 2, detail: null })
      return { dataSet: { id: `of-${request.path}` }, existed: false } as Awaited<ReturnType<Import>>
    })
    const number = imports.start('photos', { size: 32 })
    expect(imports.list()).toEqual([
      { import: number, path: 'photos', phase: 'decoding', done: 1, total: 2, detail: null },
    ])
    const about = { import: number, path: 'photos' }
    expect(await settled()).toEqual([
      { kind: 'import-progress', ...about, phase: 'decoding', done: 1, total: 2, detail: null },
      { kind: 'import-end', ...about, outcome: { ok: true, dataSet: 'of-photos', existed: false } },
      { kind: 'data-sets' },
    ])
  })

  it('tells a failure in its words, and a cancelled one as such', async () => {
    const { imports, settled } = importing(async (request, { signal }) => {
      if (request.path === 'bad') throw new LabError('bad-input', 'bad holds nothing.', 'Give more.')
      await new Promise((_, reject) => signal!.addEventListener('abort', () => reject(signal!.reason as Error)))
      throw new Error('never')
    })
    imports.start('bad', {})
    imports.cancel(imports.start('slow', {}))
    const outcomes = (await settled()).map((event) => event.kind === 'import-end' && event.outcome)
    expect(outcomes).toEqual([
      { ok: false, cancelled: false, message: 'bad holds nothing.', hint: 'Give more.' },
      expect.objectContaining({ ok: false, cancelled: true }),
    ])
    expect(() => imports.cancel(99)).toThrow(/not going on/)
  })
})

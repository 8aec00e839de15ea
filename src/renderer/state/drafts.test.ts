import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FakeClient } from '../transport/fake'
import { Drafts } from './drafts.svelte'
import { KEEP_AFTER, Settings } from './settings.svelte'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

describe('drafts', () => {
  const kept: Record<string, unknown> = {}
  const client = new FakeClient({
    'settings.get': ({ key }) => kept[key] ?? null,
    'settings.set': ({ key, value }) => ((kept[key] = value), null),
  })
  const open = (): Drafts =>
    new Drafts(
      new Settings(client, (_, error) => {
        throw error
      }),
    )

  it('outlast the window, until they are kept', async () => {
    const drafts = open()
    drafts.begin('run.0001-a', 'before')
    drafts.write('run.0001-a', 'bef')
    drafts.begin('run.0001-a', 'changed elsewhere')
    expect(drafts.of('run.0001-a')).toEqual({ text: 'bef', base: 'before' })
    await vi.advanceTimersByTimeAsync(KEEP_AFTER)

    const later = open()
    expect(later.of('run.0001-a')).toBeNull()
    await later.load('run.0001-a')
    expect(later.of('run.0001-a')).toEqual({ text: 'bef', base: 'before' })
    later.end('run.0001-a')
    await vi.advanceTimersByTimeAsync(KEEP_AFTER)
    expect(kept).toEqual({ 'draft.run.0001-a': null })
  })
  it('are not replaced by older ones of the lab', async () => {
    kept['draft.run.2'] = { text: 'old', base: '' }
    const drafts = open()
    drafts.begin('run.2', 'new')
    await drafts.load('run.2')
    expect(drafts.of('run.2')?.text).toBe('new')
    const other = open()
    const loading = other.load('run.2')
    other.begin('run.2', 'begun meanwhile')
    await loading
    expect(other.of('run.2')?.text).toBe('begun meanwhile')
  })
  it('of another form are none', async () => {
    kept['draft.run.3'] = { text: 3 }
    const drafts = open()
    await drafts.load('run.3')
    expect(drafts.of('run.3')).toBeNull()
  })
})

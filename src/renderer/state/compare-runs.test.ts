import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { compareAnswers } from '../dev/demo-compare'
import { sampleRun } from '../dev/samples'
import { FakeClient } from '../transport/fake'
import { readCompareLook } from './compare'
import { Comparison } from './compare.svelte'
import { Lab } from './lab.svelte'
import { router } from './router.svelte'
import { KEEP_AFTER } from './settings.svelte'

describe('a comparison', () => {
  let client: FakeClient
  let comparison: Comparison
  let kept: Record<string, unknown>
  const asked = () =>
    client.asked.filter(({ name }) => name === 'compare.runs').map(({ args }) => (args as { ids: string[] }).ids)

  beforeEach(() => {
    vi.useFakeTimers()
    vi.stubGlobal('history', { replaceState: () => undefined })
    kept = {}
    client = new FakeClient({
      ...compareAnswers(() => [1, 2, 3].map((number) => sampleRun(number))),
      'settings.set': ({ key, value }) => ((kept[key] = value), null),
    })
    comparison = new Comparison(new Lab(client))
    router.current = { view: 'compare', runs: ['run-1', 'run-2', 'gone'] }
  })
  afterEach(() => {
    router.current = { view: 'runs' }
    vi.unstubAllGlobals()
    vi.useRealTimers()
  })

  it('compares what the address names, and keeps it', async () => {
    comparison.follow()
    await vi.advanceTimersByTimeAsync(KEEP_AFTER)
    expect(comparison.runs.map(({ run }) => run.id)).toEqual(['run-1', 'run-2'])
    expect([comparison.isMissing('gone'), comparison.isMissing('run-1')]).toEqual([true, false])
    expect(readCompareLook(kept['compare']).runs).toEqual(['run-1', 'run-2', 'gone'])
    router.current = { view: 'compare' }
    expect(comparison.ids).toEqual(['run-1', 'run-2', 'gone'])
  })

  it('asks only for runs it does not know; those that stay keep their colours', async () => {
    comparison.follow()
    await vi.advanceTimersByTimeAsync(0)
    const before = comparison.colours.get('run-2')
    comparison.choose(['run-2', 'run-3'])
    comparison.follow()
    await vi.advanceTimersByTimeAsync(0)
    expect(asked()).toEqual([['run-1', 'run-2', 'gone'], ['run-3']])
    expect(comparison.colours.get('run-2')).toBe(before)
    comparison.paint('run-2', '#010203')
    expect(comparison.colours.get('run-2')).toBe('#010203')
    comparison.paint('run-2', null)
    expect(comparison.colours.get('run-2')).toBe(before)
  })

  it('asks again for those that have news, together', async () => {
    const { lab } = comparison
    const { stop } = lab.start()
    const end = comparison.start()
    comparison.follow()
    await vi.advanceTimersByTimeAsync(0)
    for (const number of [1, 2, 3]) lab.runs.put(sampleRun(number, { name: 'new name' }))
    expect(comparison.runs[0]!.run.name).toBe('new name')
    comparison.reload()
    await vi.advanceTimersByTimeAsync(0)
    expect(asked().at(-1)).toEqual(['run-1', 'run-2', 'gone'])
    end()
    stop()
  })
})

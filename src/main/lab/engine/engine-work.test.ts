import { describe, expect, it } from 'vitest'
import type { LabEvent } from '../../../shared/contract/events'
import { EventBus } from '../contract/event-bus'
import { EngineWork } from './engine-work'

function make(): { work: EngineWork; told: LabEvent[] } {
  const events = new EventBus()
  const told: LabEvent[] = []
  events.emit = (event) => void told.push(event)
  return { work: new EngineWork(events), told }
}

describe('EngineWork', () => {
  it('does one thing at a time, tells it, and lets what can wait wait', async () => {
    const { work, told } = make()
    let release = (): void => undefined
    const repairing = work.now('repair', async ({ onProgress }) => {
      onProgress(0.5, 'half')
      await new Promise<void>((resolve) => (release = resolve))
      throw new Error('broken')
    })
    expect(work.kind).toBe('repair')
    await expect(work.now('measure', async () => 1)).rejects.toThrow(/already/)
    const starting = work.next('start', async () => 'started')
    release()
    await expect(repairing).rejects.toThrow('broken')
    expect(await starting).toBe('started')
    expect(work.kind).toBeNull()
    expect(told[1]).toEqual({ kind: 'engine-progress', share: 0.5, detail: 'half' })
    expect(told.filter(({ kind }) => kind === 'engine')).toHaveLength(4)
  })

  it('is cancelled by its signal', async () => {
    const { work } = make()
    const going = work.now(
      'start',
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(new Error('cancelled')))),
    )
    work.cancel()
    await expect(going).rejects.toThrow('cancelled')
    work.cancel() // Nothing goes on: does nothing.
  })
})

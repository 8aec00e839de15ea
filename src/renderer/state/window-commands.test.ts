import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { WindowCommand } from '../../shared/contract/window'
import { FakeClient } from '../transport/fake'
import { Lab } from './lab.svelte'
import { followMenu } from './window-commands'

describe('what the native menu asks of the window', () => {
  const client = new FakeClient({ 'runs.pause': () => null, 'runs.stop': () => null })
  const run = vi.fn()
  let lab: Lab
  let ask: (command: WindowCommand) => void
  const stopped = vi.fn()
  let stop: () => void

  beforeEach(() => {
    vi.stubGlobal('location', { hash: '' })
    lab = new Lab(client)
    const onCommand = (listener: typeof ask): (() => void) => {
      ask = listener
      return stopped
    }
    stop = followMenu(lab, () => [{ id: 'help', title: 'Keys', key: null, group: 'Commands', run }], { onCommand })
  })
  afterEach(() => vi.unstubAllGlobals())

  it('is one of its commands, by its id', () => {
    ask({ id: 'help' })
    expect(run).toHaveBeenCalledOnce()
    ask({ id: 'go.engine' }) // not offered now
    expect(run).toHaveBeenCalledOnce()
  })

  it('is to show a run', () => {
    ask({ id: 'run.open', run: 'r 1' })
    expect(location.hash).toBe('#/runs/r%201')
  })

  it('is to choose what to import', () => {
    const choose = vi.spyOn(lab.drop, 'choose').mockResolvedValue()
    ask({ id: 'import.folder' })
    ask({ id: 'import.file' })
    expect(choose.mock.calls).toEqual([['folder'], ['file']])
  })

  it('is to take in a bundle that the system was asked to open', () => {
    const take = vi.spyOn(lab.bundles, 'take').mockResolvedValue()
    ask({ id: 'bundle.open', path: '/home/me/a.hrmlab' })
    expect(take.mock.calls).toEqual([['/home/me/a.hrmlab']])
  })

  it('is to halt what trains, if anything does', () => {
    ask({ id: 'training.stop' })
    expect(client.asked).toEqual([])
    lab.queue = { ...lab.queue, running: 'r1' }
    ask({ id: 'training.pause' })
    ask({ id: 'training.stop' })
    expect(client.asked).toEqual([
      { name: 'runs.pause', args: { id: 'r1' } },
      { name: 'runs.stop', args: { id: 'r1' } },
    ])
  })

  it('ends with the window, and never begins in a browser', () => {
    stop()
    expect(stopped).toHaveBeenCalledOnce()
    vi.stubGlobal('window', {})
    expect(followMenu(lab, () => [])).toBeTypeOf('function')
  })
})

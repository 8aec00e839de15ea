import { beforeEach, describe, expect, it, vi } from 'vitest'
import { bindChannels } from './ipc'

const bound = vi.hoisted(() => new Map<string, (event: unknown, ...args: unknown[]) => unknown>())
vi.mock('electron', () => ({ ipcMain: { handle: bound.set.bind(bound) } }))

describe('bindChannels', () => {
  const ours = { id: 1 }
  const answer = vi.fn((_sender: unknown, ...args: unknown[]) => args)
  const page = { url: 'app://lab/', parent: null }

  beforeEach(() => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    answer.mockClear()
    bindChannels({ 'lab:request': answer }, (sender) => (sender as unknown) === ours)
  })
  const send = (sender: unknown, senderFrame: unknown): unknown =>
    bound.get('lab:request')!({ sender, senderFrame }, 'runs.list', {})

  it('answers the page of one of our windows', () => {
    expect(send(ours, page)).toEqual(['runs.list', {}])
  })

  it.each([
    ['another window', { id: 2 }, page],
    ['a frame within the page', ours, { ...page, parent: page }],
    ['another page in our window', ours, { ...page, url: 'https://example.org/' }],
    ['nobody any more', ours, null],
  ])('refuses %s, and does nothing for it', (_who, sender, frame) => {
    expect(() => send(sender, frame)).toThrow('This page may not talk to the lab.')
    expect(answer).not.toHaveBeenCalled()
  })
})

import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { RunView } from '../../shared/contract/runs'
import { sampleEngine, sampleRun } from '../dev/samples'
import { FakeClient } from '../transport/fake'
import { Lab } from './lab.svelte'
import { Notifications, type NotificationSystem } from './notifications.svelte'

describe('notifications of a run’s end in a browser', () => {
  const shown: { title: string; tag: string; click: () => void }[] = []
  let answer: NotificationPermission
  let looking: boolean
  const system: NotificationSystem = {
    permission: () => 'default',
    ask: async () => answer,
    show: ({ title }, tag, click) => void shown.push({ title, tag, click }),
    looking: () => looking,
  }
  let client: FakeClient
  let lab: Lab
  let notifications: Notifications

  beforeEach(async () => {
    vi.stubGlobal('location', { hash: '' })
    shown.length = 0
    looking = false
    answer = 'granted'
    client = new FakeClient({
      'lab.state': () => ({ version: '1', home: '/lab', platform: 'linux', sequence: 0, notices: [] }),
      'runs.list': () => [],
      'queue.get': () => ({
        ...{ order: [], running: null, halting: null, secondsExpected: {}, paused: false, problem: null },
      }),
      'dataSets.list': () => [],
      'engine.describe': () => sampleEngine,
      'settings.get': () => null,
      'settings.set': () => null,
    })
    lab = new Lab(client)
    await lab.start().ready
    notifications = new Notifications(lab, system, false)
    notifications.start()
  })
  const tell = (state: RunView['state']): void => client.emit({ kind: 'run', run: sampleRun(1, { state }) })

  it('are asked for when they are switched on, and lead to the run', async () => {
    expect(notifications.on).toBe(false) // Nobody has allowed them yet.
    await notifications.set(true)
    expect(notifications.on).toBe(true)
    tell('running')
    tell('finished')
    expect(shown).toMatchObject([{ title: `${sampleRun(1).name} has finished`, tag: 'run-1' }])
    shown[0]!.click()
    expect(location.hash).toBe('#/runs/run-1')
  })

  it('say why they cannot be switched on', async () => {
    answer = 'denied'
    await notifications.set(true)
    expect(notifications.on).toBe(false)
    expect(notifications.obstacle).toContain('browser’s settings')
    expect(client.asked.some(({ name }) => name === 'settings.set')).toBe(false)
    expect(new Notifications(lab, null, false).obstacle).toBe('This browser has no notifications.')
    expect(new Notifications(lab, null, true)).toMatchObject({ on: true, obstacle: null })
  })

  it('are quiet while a person looks, when switched off, and of what a person ended', async () => {
    await notifications.set(true)
    looking = true
    tell('running')
    tell('finished')
    looking = false
    tell('running')
    tell('paused')
    await notifications.set(false)
    tell('running')
    tell('finished')
    expect(shown).toEqual([])
  })
})

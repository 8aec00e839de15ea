import { beforeEach, describe, expect, it, vi } from 'vitest'
import { RequestFailed } from '../transport/client'
import { FakeClient } from '../transport/fake'
import { Lab } from './lab.svelte'
import { LabFolder, type LabFolderView } from './lab-folder.svelte'

const view: LabFolderView = { folder: '/a', fixedBy: null, bytes: 10, free: 100, former: [], moving: null }
const progress = { to: '/b', phase: 'copying', done: 5, total: 10, cancelling: false } as const

describe('the lab’s folder', () => {
  let client: FakeClient
  let lab: Lab
  let folder: LabFolder
  beforeEach(() => {
    client = new FakeClient({
      'home.describe': () => view,
      'home.check': ({ to }) => ({ folder: to, bytes: 10, free: 100 }),
      'home.move': () => null,
    })
    lab = new Lab(client)
    folder = new LabFolder(lab, { chooseFolder: async () => '/chosen', chooseFile: async () => null, pathOf: () => '' })
  })

  it('is looked at before it is moved, and follows the move to its end', async () => {
    const stop = folder.show()
    await vi.waitFor(() => expect(folder.view).toEqual(view))
    await folder.move() // Nothing was looked at.
    await folder.check('/b')
    expect(folder.planned).toEqual({ folder: '/b', bytes: 10, free: 100 })
    await folder.move()
    expect(client.asked.filter(({ name }) => name === 'home.move')).toEqual([{ name: 'home.move', args: { to: '/b' } }])
    folder.take({ kind: 'home-progress', progress })
    expect(folder.moving).toEqual(progress)
    folder.take({ kind: 'home-end', outcome: { ok: true, folder: '/b', former: '/a' } })
    expect([folder.moving, folder.planned]).toEqual([null, null])
    expect(lab.messages.shown[0]).toMatchObject({
      text: 'The lab lies in /b now. /a still holds a copy.',
      failure: null,
    })
    stop()
  })

  it('says why it cannot be moved there, until another one is looked at', async () => {
    client.answers['home.check'] = () => {
      throw new RequestFailed({ kind: 'bad-input', message: '/b is not empty.', hint: null, details: null })
    }
    await folder.check('/b')
    expect(folder.problem).toMatchObject({ failure: { message: '/b is not empty.' } })
    expect([folder.planned, folder.asking]).toEqual([null, false])
    client.answers['home.check'] = ({ to }) => ({ folder: to, bytes: 1, free: 2 })
    await folder.check('/c')
    expect([folder.problem, folder.planned?.folder]).toEqual([null, '/c'])
  })

  it('tells a move that failed, and one that was cancelled, apart', () => {
    const failed = { ok: false, message: 'No room.', hint: null } as const
    folder.take({ kind: 'home-end', outcome: { ...failed, cancelled: false } })
    folder.take({ kind: 'home-end', outcome: { ...failed, cancelled: true } })
    expect(lab.messages.shown.map(({ text, failure }) => [text, failure?.message ?? null])).toEqual([
      ['Moving the lab failed.', 'No room.'],
      ['No room.', null],
    ])
  })

  it('can be chosen in the system’s dialog, where there is one', async () => {
    expect(await folder.choose()).toBe('/chosen')
    expect(await new LabFolder(lab, null).choose()).toBeNull()
  })
})

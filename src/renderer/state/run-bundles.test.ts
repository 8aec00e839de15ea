import { beforeEach, describe, expect, it } from 'vitest'
import { sendingShare, sendingWords } from '../components/drop/phases'
import { RequestFailed } from '../transport/client'
import { FakeClient } from '../transport/fake'
import { Lab } from './lab.svelte'
import type { UploadClient } from './upload-client'
import { Upload } from './upload.svelte'

const failed = (kind: string): RequestFailed =>
  new RequestFailed({ kind, message: `It is ${kind}.`, hint: null, details: null })

describe('run bundles on their way into the lab', () => {
  let lab: Lab
  let removed: string[]
  let put: UploadClient['put']
  let finish: UploadClient['finish']
  const upload = (): Upload => {
    const client: UploadClient = {
      begin: async () => 'u1',
      put: (...args) => put(...args),
      finish: (id) => finish(id),
      remove: async (id) => void removed.push(id),
    }
    const file = new File([new Uint8Array(4096)], 'a.hrmlab')
    return new Upload('a.hrmlab', { files: [{ path: 'a.hrmlab', file }], unreadable: [] }, client)
  }
  const told = (): string[] => lab.messages.all.map(({ text }) => text)

  beforeEach(() => {
    removed = []
    put = async (_id, _path, file, onSent) => onSent(file.size)
    finish = async (id) => `/uploads/${id}/a.hrmlab`
    lab = new Lab(new FakeClient({ 'runs.bring': () => ({ id: '0001', name: 'cats', existed: false }) }))
  })

  it('are shown while they are sent, then taken in and removed from the uploads', async () => {
    const gate = Promise.withResolvers<void>()
    put = async (_id, _path, _file, onSent) => {
      onSent(1024)
      await gate.promise
    }
    const sent = upload()
    const done = lab.bundles.send(sent)
    await expect.poll(() => sent.sentBytes).toBe(1024)
    expect(lab.bundles.sending).toEqual([sent])
    expect([sendingShare(sent), sendingWords(sent)]).toEqual([0.25, '1.0 KiB of 4.0 KiB.'])
    gate.resolve()
    await done
    expect([lab.bundles.sending, lab.bundles.taking, removed]).toEqual([[], [], ['u1']])
    expect(told()).toEqual(['The run cats was taken in.'])
  })

  it('wait to be gone on with when they were cut', async () => {
    put = () => Promise.reject(failed('connection'))
    const sent = upload()
    await lab.bundles.send(sent)
    expect([lab.bundles.sending, sent.problem?.message]).toEqual([[sent], 'It is connection.'])
    put = async () => undefined
    await lab.bundles.send(sent)
    expect([lab.bundles.sending, told()]).toEqual([[], ['The run cats was taken in.']])
  })

  it('are forgotten when they are cancelled, without a word', async () => {
    put = (_id, _path, _file, _onSent, signal) =>
      new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)))
    const sent = upload()
    const done = lab.bundles.send(sent)
    await expect.poll(() => sent.going).toBe(true)
    await lab.bundles.cancel(sent)
    await done
    expect([lab.bundles.sending, told()]).toEqual([[], []])
  })

  it('are told of when the lab refuses their name', async () => {
    put = () => Promise.reject(failed('bad-input'))
    finish = () => Promise.reject(failed('nothing'))
    await lab.bundles.send(upload())
    expect(lab.bundles.sending).toEqual([])
    expect(lab.messages.all[0]).toMatchObject({
      text: 'Sending a.hrmlab failed.',
      failure: { message: 'a.hrmlab: It is bad-input.' },
    })
  })

  it('are shown while the lab reads them', async () => {
    const gate = Promise.withResolvers<{ id: string; name: string; existed: boolean }>()
    lab = new Lab(new FakeClient({ 'runs.bring': () => gate.promise }))
    const done = lab.bundles.take('/home/me/a.hrmlab')
    expect(lab.bundles.taking).toEqual(['a.hrmlab'])
    gate.resolve({ id: '0001', name: 'cats', existed: true })
    await done
    expect([lab.bundles.taking, told()]).toEqual([[], ['The run cats was here already.']])
  })
})

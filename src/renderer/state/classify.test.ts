import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import type { ClassifiedView } from '../../shared/contract/images'
import { RequestFailed } from '../transport/client'
import { FakeClient } from '../transport/fake'
import { Classify } from './classify.svelte'
import type { FileBridge } from './drop.svelte'
import { Lab } from './lab.svelte'
import type { UploadClient } from './upload-client'

const answer = (label: number): ClassifiedView => ({
  ...{ preview: '/images/preview/token/0.png', height: 8, width: 8, classes: ['cat', 'dog'] },
  ranked: [{ label, probability: 1 }],
  checkpoint: { step: 8, epoch: 2 },
})
const image = (name = 'cat.png'): File => new File([new Uint8Array(4)], name, { type: 'image/png' })
const failed = (kind: string, message: string): RequestFailed =>
  new RequestFailed({ kind, message, hint: null, details: null })
const bridge = (pathOf: FileBridge['pathOf']): FileBridge => ({
  ...{ pathOf, chooseFolder: () => Promise.resolve(null), chooseFile: () => Promise.resolve(null) },
})

let client: FakeClient
let lab: Lab
let upload: { [Name in keyof UploadClient]: ReturnType<typeof vi.fn<UploadClient[Name]>> }
beforeEach(() => {
  client = new FakeClient({ 'images.classify': () => answer(1) })
  lab = new Lab(client)
  upload = {
    begin: vi.fn<UploadClient['begin']>().mockResolvedValue('one'),
    put: vi.fn<UploadClient['put']>().mockResolvedValue(),
    finish: vi.fn<UploadClient['finish']>().mockResolvedValue('/uploads/one/Dropped files/cat.png'),
    remove: vi.fn<UploadClient['remove']>().mockResolvedValue(),
  }
})
afterEach(() => vi.unstubAllGlobals())

it('in Electron asks by the file’s path', async () => {
  const classify = new Classify(
    lab,
    bridge(({ name }) => `/home/a/${name}`),
    upload,
  )
  await classify.take('run-1', image())
  expect(client.asked).toEqual([{ name: 'images.classify', args: { id: 'run-1', path: '/home/a/cat.png' } }])
  expect([classify.open, classify.said, classify.problem]).toEqual([true, answer(1), null])
  expect(upload.begin).not.toHaveBeenCalled()
})

it('in a browser sends the file, asks by its place on the lab’s disk, and removes it', async () => {
  const classify = new Classify(lab, null, upload)
  await classify.take('run-1', image())
  expect(upload.put.mock.calls[0]!.slice(0, 2)).toEqual(['one', 'cat.png'])
  expect(client.asked).toEqual([
    { name: 'images.classify', args: { id: 'run-1', path: '/uploads/one/Dropped files/cat.png' } },
  ])
  expect(classify.said).toEqual(answer(1))
  expect(upload.remove).toHaveBeenCalledExactlyOnceWith('one')
})

it('tells a refusal with the file’s own name, and removes what was sent', async () => {
  client.answers['images.classify'] = ({ path }) => {
    throw failed('bad-input', `${path} cannot be used: it is a web page.`)
  }
  const classify = new Classify(lab, null, upload)
  await classify.take('run-1', image())
  expect(classify.problem?.message).toBe('cat.png cannot be used: it is a web page.')
  expect(classify.said).toBeNull()
  expect(upload.remove).toHaveBeenCalledOnce()
})

it('tells of a file that has gone, of one on no disk, of a refused name and of a cut', async () => {
  const gone = Object.assign(image(), {
    slice: () => ({ arrayBuffer: () => Promise.reject(new DOMException('gone', 'NotFoundError')) }),
  })
  const classify = new Classify(lab, null, upload)
  await classify.take('run-1', gone)
  expect(classify.problem?.message).toBe('cat.png cannot be read: it was gone when it was read.')
  upload.put.mockRejectedValueOnce(failed('bad-input', 'Its name is too long.'))
  await classify.take('run-1', image())
  expect(classify.problem?.message).toBe('Its name is too long.')
  upload.put.mockRejectedValue(failed('connection', 'The connection was cut.'))
  await classify.take('run-1', image())
  expect(classify.problem).toMatchObject({ message: 'The connection was cut.', hint: expect.stringContaining('again') })
  const nowhere = new Classify(
    lab,
    bridge(() => ''),
    upload,
  )
  await nowhere.take('run-1', image())
  expect(nowhere.problem?.message).toBe('cat.png lies on no disk.')
  expect(client.asked).toEqual([])
})

it('shows the newest image’s answer, whichever comes first, and none once it was closed', async () => {
  const waiting: ((view: ClassifiedView) => void)[] = []
  client.answers['images.classify'] = () => new Promise((resolve) => waiting.push(resolve))
  const classify = new Classify(
    lab,
    bridge(({ name }) => `/${name}`),
    upload,
  )
  const asked = (count: number): Promise<void> => vi.waitFor(() => expect(waiting).toHaveLength(count))
  const first = classify.take('run-1', image('a.png'))
  await asked(1)
  const second = classify.take('run-1', image('b.png'))
  await asked(2)
  waiting[1]!(answer(1))
  waiting[0]!(answer(0))
  await Promise.all([first, second])
  expect([classify.file?.name, classify.said]).toEqual(['b.png', answer(1)])
  const third = classify.take('run-1', image('c.png'))
  await asked(3)
  classify.close()
  waiting[2]!(answer(0))
  await third
  expect([classify.open, classify.said]).toEqual([false, null])
})

import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { bundlesAmong, handedBundles, OpenedBundles } from './opened-bundles'

describe('bundles among the arguments', () => {
  const folder = resolve('/home/me')

  it('are those that end as one does, from a path, a relative path or an address', () => {
    const elsewhere = resolve('/tmp/a run.HRMLAB')
    const words = ['/lab', 'mine.hrmlab', elsewhere, pathToFileURL(elsewhere).href, 'mnist.zip']
    expect(bundlesAmong(words, folder)).toEqual([resolve(folder, 'mine.hrmlab'), elsewhere, elsewhere])
  })

  it.skipIf(process.platform === 'win32')('are none on other machines, which is said', () => {
    expect(() => bundlesAmong(['file://server/a.hrmlab'], folder)).toThrow(/is no file of this machine/)
  })
})

it('takes from a second start only what is a list of bundles', () => {
  expect(handedBundles({ bundles: ['/a.hrmlab', '/etc/passwd', 7] })).toEqual(['/a.hrmlab'])
  for (const other of [null, undefined, 'x.hrmlab', {}, { bundles: '/a.hrmlab' }])
    expect(handedBundles(other)).toEqual([])
})

it('opens what was asked for before there was a window, then at once', () => {
  const bundles = new OpenedBundles()
  const opened: string[] = []
  bundles.take(['/a.hrmlab'])
  expect(opened).toEqual([])
  bundles.begin((path) => opened.push(path))
  bundles.take(['/b.hrmlab', '/c.hrmlab'])
  expect(opened).toEqual(['/a.hrmlab', '/b.hrmlab', '/c.hrmlab'])
})

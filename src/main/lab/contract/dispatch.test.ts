import { describe, expect, it } from 'vitest'
import { requestNames } from '../../../shared/contract/contract'
import { LabError } from '../../../shared/errors'
import { bindContract } from './dispatch'

const all = (answer: (given: unknown) => unknown) =>
  Object.fromEntries(requestNames.map((name) => [name, answer])) as Record<string, (given: unknown) => unknown>

describe('bindContract', () => {
  it('refuses a missing, a second and an unknown handler at the start', () => {
    const { ['runs.list']: one, ...rest } = all(() => null)
    expect(() => bindContract(rest)).toThrow('Requests without a handler: runs.list.')
    expect(() => bindContract({ ...rest, 'runs.list': one }, { 'runs.list': one })).toThrow(
      'runs.list has two handlers',
    )
    expect(() =>
      bindContract(
        all(() => null),
        { 'runs.lst': one },
      ),
    ).toThrow('runs.lst answers no request')
  })

  it('checks arguments before the handler sees them', async () => {
    const seen: unknown[] = []
    const dispatch = bindContract(all((given) => seen.push(given)))
    expect(await dispatch('runs.get', { id: '' })).toMatchObject({ ok: false, error: { kind: 'bad-input' } })
    expect(await dispatch('runs.get', { id: 'a', more: 1 })).toMatchObject({ ok: false })
    expect(await dispatch('constructor', {})).toMatchObject({ ok: false, error: { kind: 'not-found' } })
    expect(seen).toEqual([])
    expect(await dispatch('runs.get', { id: 'a' })).toEqual({ ok: true, value: 1 })
  })

  it('gives a person’s error in its words, a defect with its stack', async () => {
    const dispatch = bindContract({
      ...all(() => null),
      'runs.get': () => {
        throw new LabError('not-found', 'There is no run 9.', 'See the list.')
      },
      'runs.log': () => Promise.reject(new TypeError('x is not a function')),
    })
    expect(await dispatch('runs.get', { id: '9' })).toEqual({
      ok: false,
      error: { kind: 'not-found', message: 'There is no run 9.', hint: 'See the list.', details: null },
    })
    const defect = await dispatch('runs.log', { id: '9' })
    expect(defect).toMatchObject({ ok: false, error: { kind: 'defect' } })
    expect(!defect.ok && defect.error.details).toContain('TypeError: x is not a function')
  })
})

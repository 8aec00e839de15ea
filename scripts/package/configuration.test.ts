import { expect, it } from 'vitest'
import { isBundle } from '../../src/shared/exports/bundle'
import { BUNDLE_EXTENSION, configuration } from './configuration.mjs'

it('associates run bundles with the application, and no other file', () => {
  const { fileAssociations } = configuration({
    output: 'out/package',
    buildResources: 'out/packaging',
    engine: { folder: 'engine', key: 'key' },
    electron: { folder: 'electron', version: '45.0.0' },
  }) as { fileAssociations: readonly { ext: string }[] }
  expect(fileAssociations.map(({ ext }) => ext)).toEqual([BUNDLE_EXTENSION])
  expect(isBundle(`a.${BUNDLE_EXTENSION}`)).toBe(true)
})

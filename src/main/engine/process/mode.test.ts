import { beforeAll, describe, expect, it } from 'vitest'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { loadBackend } from '../backends/load'
import { chooseMode } from './mode'

beforeAll(async () => {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
})

const configuration = presetConfiguration(presets.find(({ name }) => name === 'hrm-mnist')!)
const choose = (mode: 'auto' | 'eager' | 'graph' | 'xla') =>
  chooseMode({
    parts: {} as never,
    configuration: { ...configuration, training: { ...configuration.training, mode } },
    input: { height: 28, width: 28, channels: 1, classes: 10 },
    images: 60_000,
    fastest: 'xla',
    emit: () => undefined,
  })

describe('chooseMode', () => {
  it.each(['eager', 'graph', 'xla'] as const)('takes %s when it is asked for', async (mode) => {
    expect(await choose(mode)).toBe(mode)
  })

  it('takes eager on plain JavaScript, which has no graphs', async () => {
    expect(await choose('auto')).toBe('eager')
  })
})

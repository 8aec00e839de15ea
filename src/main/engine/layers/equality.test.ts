import { beforeAll, describe } from 'vitest'
import { loadBackend } from '../backends/load'
import { equalityTests } from './equality'

beforeAll(async () => {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
})

describe('fast form = reference, on plain JavaScript', equalityTests)

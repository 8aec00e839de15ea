import { beforeAll, describe } from 'vitest'
import { engineBinding } from '../../../../tests/engine-binding'
import { loadBackend } from '../backends/load'
import { equalityTests } from './equality'

beforeAll(async () => {
  await loadBackend({ backend: 'tensorflow', bindingPath: engineBinding(), threads: 2 })
})

describe('fast form = reference, on native TensorFlow', equalityTests)

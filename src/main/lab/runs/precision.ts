import { bfloat16Problem } from '../../../../scripts/engine-setup/index.mjs'
import { LabError } from '../../../shared/errors'
import type { TrainingConfiguration } from '../../../shared/experiment/configuration'
import type { EngineInfo } from '../../engine/protocol'

/** @throws LabError 'engine' when a training's precision cannot be had on what the engine runs on */
export function requirePrecision(
  { precision }: Pick<TrainingConfiguration, 'precision'>,
  { backend, device }: Pick<EngineInfo, 'backend' | 'device'>,
): void {
  if (precision === 'float32') return
  const problem =
    backend === 'cpu'
      ? 'The plain JavaScript backend has no bfloat16.'
      : bfloat16Problem(device === 'CPU' ? 'cpu' : 'cuda')
  if (problem !== null) throw new LabError('engine', problem, 'Train with float32 (training.precision).')
}

import type { Configuration } from '../../../shared/experiment/configuration'
import type { InputShape } from '../../../shared/experiment/family'
import type { ExecutionMode } from '../../../shared/experiment/engine-info'
import type { EngineInfo, EngineStart, VectorGroup } from '../protocol'
import type { Learner } from '../training/learner'

/** What the engine is made of: handed in, so that the process and the loop can be tested with small stand-ins. */
export interface EngineParts {
  /** Loads the backend and makes it the one in use. @throws LabError when it cannot be used. */
  loadBackend(start: EngineStart): Promise<EngineInfo>
  /** @param lanes as the engine was started with */
  createLearner(configuration: Configuration, input: InputShape, mode: ExecutionMode, lanes: number): Learner
  /** Rebuilds a reference file's model and compares every tensor in it, run in `mode`, in `lanes`. */
  verifyVectors(
    file: string,
    mode: ExecutionMode,
    lanes: number,
  ): readonly VectorGroup[] | Promise<readonly VectorGroup[]>
}

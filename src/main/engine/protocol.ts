/**
 * What the lab and the engine process say to each other (types only: nothing of the engine's code crosses this line).
 * Messages are structured clones over child_process IPC with `serialization: 'advanced'` (utilityProcess in Electron).
 * Every request has an id and gets exactly one reply; events come between.
 */
import type { Configuration } from '../../shared/experiment/configuration'
import type { InputShape } from '../../shared/experiment/family'
import type { PartName } from '../../shared/data/dataset'
import type { BackendName, EngineInfo, ExecutionMode } from '../../shared/experiment/engine-info'
import type { ImageInside, SegmentScores } from '../../shared/inside/inside'
import type { Evaluation } from '../../shared/metrics/evaluation'
import type { StepColumns } from '../../shared/metrics/steps'

export type { BackendName, EngineInfo, ExecutionMode, Evaluation, StepColumns }

export interface EngineStart {
  readonly backend: BackendName
  /** Path of tfjs_binding.node; null for cpu. */
  readonly bindingPath: string | null
  /** Threads; null: TensorFlow's choice (all cores). */
  readonly threads: number | null
  /**
   * How the threads share the work: 1, or left out, each operation among all; more, each operation on one, so that so many
   * micro-batches can be computed side by side (shared/experiment/lanes.ts). TensorFlow takes it once a process.
   */
  readonly lanes?: number
  /** It works beside another engine that may train: on the CPU only. */
  readonly beside?: boolean
}

export interface TrainRequest {
  readonly configuration: Configuration
  /** Folder of the cached data set (shared/data/dataset.ts). */
  readonly dataSetFolder: string
  /** Folder for this run's checkpoints; the engine writes only here. */
  readonly runFolder: string
  /** Checkpoint file to go on from, or null to start anew. */
  readonly resumeFrom: string | null
  /** How steps are run; a run that goes on keeps the mode it began with. */
  readonly mode: ExecutionMode
}

export type StopReason = 'finished' | 'paused' | 'stopped' | 'diverged'

/** How a training request ended. */
export interface TrainResult {
  readonly reason: StopReason
  readonly step: number
  readonly epoch: number
  /** Last whole checkpoint, if any (checkpoint-EEEE-BBBBBB.safetensors in the run's folder). */
  readonly checkpoint: string | null
  /** For diverged: what happened, at which step. */
  readonly message: string | null
}

export type EngineRequest =
  | { readonly kind: 'start'; readonly start: EngineStart }
  | { readonly kind: 'train'; readonly train: TrainRequest }
  /** Takes effect at the end of the step; acknowledged at once. `stop` keeps the run as ended, `pause` as to be resumed. */
  | { readonly kind: 'halt'; readonly how: 'pause' | 'stop' }
  | {
      readonly kind: 'evaluate'
      readonly weights: string
      readonly configuration: Configuration
      readonly dataSetFolder: string
      readonly part: PartName
    }
  /** Raw uint8 images [n,H,W,C] of the data set's shape → probabilities [n·K]. */
  | {
      readonly kind: 'classify'
      readonly weights: string
      readonly configuration: Configuration
      readonly dataSetFolder: string
      readonly images: Uint8Array
    }
  /** What stored weights compute on the way to one image's answer, through at least `segments` segments where there are any. */
  | {
      readonly kind: 'inspect'
      readonly weights: string
      readonly configuration: Configuration
      readonly dataSetFolder: string
      /** Its place within a part, or raw uint8 pixels [H,W,C] of the data set's shape. */
      readonly image: { readonly part: PartName; readonly index: number } | { readonly pixels: Uint8Array }
      readonly segments: number
    }
  /** How right stored weights are after each segment on some images of a part (places within it), all in one batch. */
  | {
      readonly kind: 'score-segments'
      readonly weights: string
      readonly configuration: Configuration
      readonly dataSetFolder: string
      readonly part: PartName
      readonly images: Uint32Array
      readonly segments: number
    }
  /** Trains a fresh model on made-up images: milliseconds of a batch. */
  | {
      readonly kind: 'time-mode'
      readonly configuration: Configuration
      readonly input: InputShape
      readonly mode: ExecutionMode
      /** In the batch. */
      readonly images: number
    }
  | { readonly kind: 'verify-vectors'; readonly file: string; readonly mode: ExecutionMode }
  /** Square matrix products; GFLOP/s, and the largest error of sampled entries against plain JavaScript, relative to Σ |a||b| of the entry. */
  | { readonly kind: 'self-test'; readonly size: number }
  | { readonly kind: 'quit' }

export interface VectorGroup {
  readonly group: string
  readonly tensors: number
  /** Worst error relative to the tensor's largest magnitude; parameters: in learning-rate steps. */
  readonly worst: number
  readonly worstTensor: string
  readonly tolerance: number
  readonly unit: 'relative' | 'learning-rate steps'
}

/** The reply's value by request kind. */
export interface EngineReplies {
  start: EngineInfo
  train: TrainResult
  halt: null
  evaluate: Evaluation
  classify: Float32Array
  inspect: ImageInside
  'score-segments': SegmentScores
  'time-mode': number
  'verify-vectors': readonly VectorGroup[]
  'self-test': { readonly gflops: number; readonly error: number }
  quit: null
}

export type EngineEvent =
  /**
   * The training begins. Whatever was recorded of this run from `step`, `epoch` on (after a kill: work since the
   * checkpoint that is now done again) is to be deleted; rows before stay. 0, 0 when started anew.
   */
  | {
      readonly kind: 'started'
      readonly step: number
      readonly epoch: number
      /** Batches of this epoch already trained; may be all of them, with only the evaluation left. */
      readonly batch: number
      readonly batchesPerEpoch: number
      readonly stepsPerBatch: number
      readonly parameters: number
      /** Seconds trained so far. */
      readonly seconds: number
      readonly mode: ExecutionMode
    }
  | { readonly kind: 'steps'; readonly steps: StepColumns }
  /** Where it is, at most ten a second. */
  | {
      readonly kind: 'progress'
      readonly epoch: number
      readonly epochs: number
      readonly batch: number
      readonly batches: number
      readonly imagesPerSecond: number
      readonly residentBytes: number
      readonly tensors: number
      readonly phase: 'training' | 'evaluating'
    }
  /**
   * After each epoch, its evaluation; trainSeconds is training alone. trainLoss and trainAccuracy: mean over the epoch's
   * forwards, each batch weighted by its images, all segments alike (as the paper's record does for hrm-mnist).
   */
  | {
      readonly kind: 'epoch'
      readonly epoch: number
      readonly trainLoss: number
      readonly trainAccuracy: number
      /** The author's extra pass over the epoch, weighted by images; null when off. */
      readonly authorLoss: number | null
      readonly authorAccuracy: number | null
      readonly trainSeconds: number
      readonly evaluations: readonly Evaluation[]
    }
  | {
      readonly kind: 'checkpoint'
      readonly file: string
      readonly step: number
      readonly epoch: number
      readonly bytes: number
    }
  | { readonly kind: 'log'; readonly level: 'info' | 'warning'; readonly message: string }

/** Sent to the engine. */
export interface ToEngine {
  readonly id: number
  readonly request: EngineRequest
}
/** Sent by the engine. */
export type FromEngine =
  | { readonly type: 'reply'; readonly id: number; readonly ok: true; readonly value: unknown }
  | {
      readonly type: 'reply'
      readonly id: number
      readonly ok: false
      /** LabError's kind; 'defect' for anything else that was thrown. */
      readonly kind: string
      readonly message: string
      readonly hint: string | null
    }
  | { readonly type: 'event'; readonly event: EngineEvent }

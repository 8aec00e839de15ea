import type { PartName } from '../../../shared/data/dataset'
import type { Configuration } from '../../../shared/experiment/configuration'
import type { EngineInfo } from '../../../shared/experiment/engine-info'
import type { PublishedRecord } from '../../../shared/experiment/published'
import type { Confusion } from '../../../shared/metrics/confusion'
import type { StepColumns } from '../../../shared/metrics/steps'

/**
 * What an export needs of a run: plain data that the lab fills from the store. Steps, batches and epochs are counted from
 * 0 as they are stored; every file counts them from 1, as people and the paper do.
 */
export interface RunExport {
  readonly id: string
  /** Shown in pictures and tables; untrusted text. */
  readonly name: string
  /** 'finished', 'stopped', 'failed', ... as the store says. */
  readonly state: string
  readonly configuration: Configuration
  readonly dataSet: ExportedDataSet
  readonly engine: EngineInfo
  /** Version of the lab, git commit where known, and ISO 8601 times. */
  readonly made: {
    readonly labVersion: string
    readonly gitCommit: string | null
    readonly startedAt: string
    readonly finishedAt: string | null
  }
  /** Trainable numbers. */
  readonly parameters: number
  /** Optimizer steps per batch: M for HRM, 1 for CNN. */
  readonly stepsPerBatch: number
  readonly batchesPerEpoch: number
  /** Reads all steps; called for each file that needs them and not kept, so that many runs fit in memory. */
  readonly steps: () => StepColumns
  /** Ended epochs, ascending. */
  readonly epochs: readonly EpochExport[]
  /** Of the last evaluation of the test part; null when there was none. */
  readonly predictions: PredictionExport | null
  /** Raw pixels uint8 [H, W, C] of an image of the data set, by id; null when the data set is gone. */
  readonly image: ((id: number) => Uint8Array | Promise<Uint8Array>) | null
  /** The author's record of the same preset; null where none is published or this run is not of that preset. */
  readonly published: PublishedRecord | null
  /** The safetensors file to hand out; null when no checkpoint was written. */
  readonly weights: string | null
}

export interface ExportedDataSet {
  readonly name: string
  /** SHA-256 of the content. */
  readonly hash: string
  readonly height: number
  readonly width: number
  readonly channels: 1 | 3
  /** K names; untrusted text. */
  readonly classes: readonly string[]
  /** Images of each part. */
  readonly images: Readonly<Record<PartName, number>>
  readonly mean: readonly number[]
  readonly std: readonly number[]
}

export interface EpochExport {
  readonly epoch: number
  /** Means over the epoch's batches, measured by the training forward while the weights changed. */
  readonly trainLoss: number
  readonly trainAccuracy: number
  /** The author's extra pass, mean over the epoch; null when it was off. */
  readonly authorLoss: number | null
  readonly authorAccuracy: number | null
  /** Training alone. */
  readonly trainSeconds: number
  /** Parts evaluated after the epoch. */
  readonly evaluations: readonly EvaluationExport[]
}

export interface EvaluationExport {
  readonly part: PartName
  readonly images: number
  readonly loss: number
  readonly accuracy: number
  readonly seconds: number
  /** null when it was not kept. */
  readonly confusion: Confusion | null
}

/** One entry per image, in data set order. */
export interface PredictionExport {
  readonly epoch: number
  /** Id of each image within the data set. */
  readonly ids: ArrayLike<number>
  /** Where an image came from: its source name in the data set's index; untrusted text. */
  readonly sourceName: (id: number) => string
  readonly labels: ArrayLike<number>
  readonly predicted: ArrayLike<number>
  /** Probability of the predicted class. */
  readonly confidence: ArrayLike<number>
  /** Row-major [images, K]; null when only the predicted class was kept. */
  readonly probabilities: ArrayLike<number> | null
}

/** The evaluation of a part after an epoch, or undefined. */
export const evaluationOf = (epoch: EpochExport | undefined, part: PartName): EvaluationExport | undefined =>
  epoch?.evaluations.find((evaluation) => evaluation.part === part)

/** The newest test confusion with its epoch; null when there is none. */
export function lastConfusion(run: RunExport): { epoch: number; confusion: Confusion } | null {
  for (const epoch of run.epochs.toReversed()) {
    const confusion = evaluationOf(epoch, 'test')?.confusion
    if (confusion) return { epoch: epoch.epoch, confusion }
  }
  return null
}

/** The published confusion when its classes are this run's; null otherwise. */
export function publishedConfusion(run: RunExport): Confusion | null {
  const rows = run.published?.confusion
  if (!rows || rows.length !== run.dataSet.classes.length) return null
  return { classes: rows.length, counts: Uint32Array.from(rows.flat()) }
}

/** The counts as rows, one per true class. */
export const confusionRows = ({ classes, counts }: Confusion): number[][] =>
  Array.from({ length: classes }, (_, truth) => [...counts.subarray(truth * classes, (truth + 1) * classes)])

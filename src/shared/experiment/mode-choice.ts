import type { TrainingConfiguration } from './configuration'

/** A run of less work, in floating point operations (some seconds), is over before recording its step pays back... */
export const WORTH_RECORDING = 1e12
/** ...and one of less than this (some minutes) before compiling it does. */
export const WORTH_COMPILING = 2e13

/** Whether the steps of a training of so much work are recorded as a graph, compiled or not. @param work of the whole run */
export const isRecorded = ({ mode }: Pick<TrainingConfiguration, 'mode'>, work: number): boolean =>
  mode === 'graph' || mode === 'xla' || (mode === 'auto' && work >= WORTH_RECORDING)

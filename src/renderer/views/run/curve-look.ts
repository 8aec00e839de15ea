import { LARGEST_SMOOTHING } from '../../../shared/metrics/smoothing'

/** How curves are looked at; kept over a restart. */
export interface CurveLook {
  readonly smoothing: number
  readonly logarithmic: boolean
}

/** Reads a kept look; what is not valid has its default. */
export function readCurveLook(kept: unknown): CurveLook {
  const look = typeof kept === 'object' && kept !== null ? (kept as Partial<Record<keyof CurveLook, unknown>>) : {}
  const { smoothing } = look
  return {
    smoothing: typeof smoothing === 'number' && smoothing >= 0 && smoothing <= LARGEST_SMOOTHING ? smoothing : 0.9,
    logarithmic: look.logarithmic !== false,
  }
}

import { createHash } from 'node:crypto'
import { z } from 'zod'
import {
  type EngineInfo,
  type ExecutionMode,
  fastestOf,
  type ModeMeasurement,
  modeMeasurementSchema,
} from '../../../shared/experiment/engine-info'
import type { InputShape } from '../../../shared/experiment/family'
import { type ModelConfiguration, modelCost } from '../../../shared/experiment/registry'
import type { Settings } from '../../store/queries/settings'

const KEY = 'engine.modes'

/** Raised when a mode is run in another way: what was measured before counts no more. 1: in lanes. */
const WAYS = 1

const measurementsSchema = z.record(z.string(), modeMeasurementSchema)

/** A model on images of one shape, on one engine: what a mode's speed depends on. */
export interface MeasuredModel {
  readonly model: ModelConfiguration
  readonly input: InputShape
  readonly engine: EngineInfo
}

/** Which mode was measured to be the fastest, remembered in the lab's settings. */
export class MeasuredModes {
  readonly #settings: Settings

  constructor(settings: Settings) {
    this.#settings = settings
  }

  /** All that were measured, the newest first. What another version wrote and this one cannot read counts as nothing. */
  list(): ModeMeasurement[] {
    return Object.values(this.#read()).sort((a, b) => b.at.localeCompare(a.at))
  }

  /** The fastest mode of a model; null when it was never measured. */
  fastest(measured: MeasuredModel): ExecutionMode | null {
    const found = this.#read()[keyOf(measured)]
    return found ? fastestOf(found) : null
  }

  /** Keeps a measurement in place of an earlier one of the same model. */
  remember(measured: MeasuredModel, images: number, milliseconds: ModeMeasurement['milliseconds']): void {
    const { device, threads } = measured.engine
    const { parameters } = modelCost(measured.model, measured.input)
    const measurement = { family: measured.model.family, parameters, device, threads, images, milliseconds }
    this.#settings.set(KEY, {
      ...this.#read(),
      [keyOf(measured)]: { ...measurement, at: new Date().toISOString() },
    })
  }

  #read(): z.infer<typeof measurementsSchema> {
    return measurementsSchema.safeParse(this.#settings.get(KEY)).data ?? {}
  }
}

function keyOf({ model, input, engine: { device, tensorflow, threads } }: MeasuredModel): string {
  const parts = JSON.stringify([WAYS, model, input, device, tensorflow, threads])
  return createHash('sha256').update(parts).digest('hex').slice(0, 16)
}

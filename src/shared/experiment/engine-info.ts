import { z } from 'zod'

/** tensorflow: native, through the provisioned binding. cpu: plain JavaScript, only when asked for. */
export const backendNames = ['tensorflow', 'cpu'] as const
export type BackendName = (typeof backendNames)[number]

export const engineInfoSchema = z.object({
  backend: z.enum(backendNames),
  /** 'CPU', or the GPU's name as TensorFlow reports it. */
  device: z.string(),
  tensorflow: z.string().nullable(),
  tfjs: z.string(),
  node: z.string(),
  threads: z.number(),
})
/** What the engine says it runs on, recorded with each run. */
export type EngineInfo = Readonly<z.infer<typeof engineInfoSchema>>

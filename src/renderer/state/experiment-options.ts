import type { EngineView } from './lab.svelte'

/** Why an option of a field cannot be had on an engine; null where it can. */
export const unavailableOption = (engine: Pick<EngineView, 'bfloat16'> | null, path: string, option: string) =>
  path === 'training.precision' && option === 'bfloat16' ? (engine?.bfloat16 ?? null) : null

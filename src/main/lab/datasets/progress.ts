/** How far an import is. `total` is 0 while it is not known. */
export interface ImportProgress {
  /** 'downloading' counts bytes, the others images. */
  readonly phase: 'downloading' | 'inspecting' | 'reading' | 'decoding' | 'writing'
  readonly done: number
  readonly total: number
  /** What it waits for, one sentence; null while all goes well. */
  readonly detail: string | null
}

/** Tells how far one phase is: at most ten times a second, and always at its end. */
export function phaseProgress(
  onProgress: ((progress: ImportProgress) => void) | undefined,
  phase: ImportProgress['phase'],
  total: number,
): (done: number) => void {
  let last = 0
  return (done) => {
    const now = performance.now()
    if (done < total && now - last < 100) return
    last = now
    onProgress?.({ phase, done, total, detail: null })
  }
}

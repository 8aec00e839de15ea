/** What the preload script puts on `window.lab`. The lab's requests and events join here as the window learns them. */
export interface LabWindow {
  /** Versions of what the window runs on, for its footer and for bug reports. */
  readonly versions: { readonly electron: string; readonly chrome: string; readonly node: string }
}

/// <reference types="svelte" />
/// <reference types="vite/client" />
import type { LabWindow } from '../shared/contract/window'

declare global {
  interface Window {
    /** Put there by the preload script; not there when the page is open in a browser. */
    readonly lab?: LabWindow
  }
}

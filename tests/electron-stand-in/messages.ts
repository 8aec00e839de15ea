/** What the process that runs the built main bundle and the test that holds the browser say to each other. */

/** A frame that a message came from. */
export interface FrameFacts {
  /** As Electron would say it: app://lab/ … */
  readonly url: string
  /** It stands within another frame. */
  readonly nested: boolean
}

/** What a window was made with. */
export interface WindowFacts {
  readonly title: string
  readonly width: number
  readonly height: number
  readonly preload: string | null
  readonly preferences: Readonly<Record<string, unknown>>
}

/** A request for an address of a scheme that the main process handles. */
export interface SchemeRequest {
  readonly url: string
  readonly method: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array | null
}

export interface SchemeResponse {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** An entry of the native menu as it is now. */
export interface MenuEntry {
  readonly label: string
  readonly accelerator: string | null
  readonly role: string | null
  readonly enabled: boolean
  readonly visible: boolean
  readonly entries: readonly MenuEntry[]
}

/** Something that the system would have shown or done. */
export type Recorded =
  | { readonly kind: 'notification'; readonly id: number; readonly title: string; readonly body: string }
  | { readonly kind: 'open-external'; readonly url: string }
  | { readonly kind: 'show-in-folder'; readonly path: string }
  /** A file dragged out of a window, and the size of what is seen below the pointer. */
  | {
      readonly kind: 'drag-out'
      readonly window: number
      readonly file: string
      readonly icon: { readonly width: number; readonly height: number }
    }
  | { readonly kind: 'progress-bar'; readonly window: number; readonly share: number }
  | { readonly kind: 'sleep-blocked' | 'sleep-allowed'; readonly id: number }
  | { readonly kind: 'window-shown' | 'window-hidden' | 'window-focused'; readonly window: number }

/** A question of the native dialogs. */
export type Question =
  | { readonly kind: 'open'; readonly options: Readonly<Record<string, unknown>> }
  | {
      readonly kind: 'message'
      readonly message: string
      readonly detail: string
      readonly buttons: readonly string[]
      readonly cancel: number
    }
  | { readonly kind: 'error-box'; readonly title: string; readonly content: string }

/** Paths chosen (none: cancelled), or the number of the button pressed. */
export type Answer = readonly string[] | number

/** What the main process asks of the test. */
export interface HostApi {
  createWindow(window: number, facts: WindowFacts): void
  load(window: number, url: string): Promise<void>
  send(window: number, channel: string, args: readonly unknown[]): void
  closeWindow(window: number): Promise<void>
  ask(question: Question): Promise<Answer>
  record(what: Recorded): void
  /** Something that must not be: it fails the test. */
  problem(what: string): void
}

/** What the test asks of the main process. */
export interface MainApi {
  scheme(request: SchemeRequest): Promise<SchemeResponse>
  invoke(window: number, channel: string, args: readonly unknown[], frame: FrameFacts): Promise<unknown>
  mayNavigate(window: number, url: string, nested: boolean): boolean
  mayOpen(window: number, url: string): boolean
  mayUse(window: number, permission: string): boolean
  loaded(window: number): void
  /** A person closes a window. */
  close(window: number): void
  setFocus(window: number, focused: boolean): void
  menu(): MenuEntry[]
  /** Presses a menu's entry, named by its labels from the bar on. */
  pressMenu(labels: readonly string[]): void
  pressNotification(id: number): void
  /** The system asks to open a file, as on macOS. */
  openFile(path: string): void
  quit(): void
}

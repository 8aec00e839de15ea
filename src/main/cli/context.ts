import { LabError } from '../../shared/errors'
import type { BackendName } from '../lab/engine/open-engine'
import { Lab } from '../lab/lab'
import { ProgressLine } from './output/progress'

/** Options every command takes. */
export interface GlobalOptions {
  readonly home?: string
  readonly json?: boolean
  readonly engine?: 'cpu' | 'cuda' | 'auto'
  readonly backend?: BackendName
  readonly threads?: number
}

/** What a command works with: where results and progress go, and the lab it opens when it needs it. */
export class Context {
  readonly options: GlobalOptions
  readonly progress = new ProgressLine()
  #lab: Lab | null = null

  constructor(options: GlobalOptions) {
    this.options = options
  }

  /** The lab, to write: one process at a time. What a person should know of its opening goes to standard error. */
  get lab(): Lab {
    if (this.#lab) return this.#lab
    this.#lab = Lab.open({ home: this.options.home })
    for (const notice of this.#lab.store.notices) this.progress.note(notice)
    return this.#lab
  }

  /** The lab to read, also while another process writes; one never used is made first, one of an older form upgraded. */
  get reader(): Lab {
    if (!Lab.exists(this.options.home)) return this.lab
    try {
      return (this.#lab ??= Lab.open({ home: this.options.home, readOnly: true }))
    } catch (error) {
      if (error instanceof LabError && error.kind === 'outdated') return this.lab
      throw error
    }
  }

  /** Prints a result: `value` as JSON for programs, `text` for people. */
  print(value: unknown, text: string): void {
    process.stdout.write(
      this.options.json ? `${JSON.stringify(value, null, 2)}\n` : text.endsWith('\n') ? text : `${text}\n`,
    )
  }

  /** Closes the lab if it was opened. */
  close(): void {
    this.progress.clear()
    this.#lab?.close()
    this.#lab = null
  }
}

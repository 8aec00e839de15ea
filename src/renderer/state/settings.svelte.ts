import { readSetting, type Setting, type SettingKey } from '../../shared/settings/settings'
import type { LabClient } from '../transport/client'

/** Wait after the last change before it is kept, so that typing is one request. Milliseconds. */
export const KEEP_AFTER = 400

/** What the window remembers over a restart, kept by the lab: one JSON value by key. */
export class Settings {
  readonly #client: LabClient
  readonly #failed: (what: string, error: unknown) => void
  readonly #timers: Record<string, ReturnType<typeof setTimeout>> = {}
  /** How often each key was set here. */
  readonly #sets: Record<string, number> = {}
  #values = $state.raw<Readonly<Record<string, unknown>>>({})

  constructor(client: LabClient, failed: (what: string, error: unknown) => void) {
    this.#client = client
    this.#failed = failed
  }

  /** Asks the lab for these keys; what is set meanwhile is newer. @throws RequestFailed */
  async load(keys: readonly string[]): Promise<void> {
    const before = keys.map((key) => this.#sets[key])
    const values = await Promise.all(keys.map((key) => this.#client.request('settings.get', { key })))
    keys.forEach((key, i) => {
      if (this.#sets[key] === before[i]) this.take(key, values[i])
    })
  }

  /** Takes what the lab has under `key`; what was set here and is still to be kept stands. */
  take(key: string, value: unknown): void {
    if (!(key in this.#timers)) this.#values = { ...this.#values, [key]: value }
  }

  /** What is kept under `key`, or null; its form must be checked, an older window may have written it. */
  get(key: string): unknown {
    return this.#values[key] ?? null
  }

  /** A setting of the whole lab. */
  shared<Key extends SettingKey>(key: Key): Setting<Key> {
    return readSetting(key, this.get(key))
  }

  /** Changes a setting of the whole lab: it is kept at once, or nothing is changed. @throws RequestFailed */
  async change<Key extends SettingKey>(key: Key, value: Setting<Key>): Promise<void> {
    await this.#client.request('settings.set', { key, value })
    this.take(key, value)
  }

  /** Takes a value at once and has it kept soon after. */
  set(key: string, value: unknown): void {
    this.#sets[key] = (this.#sets[key] ?? 0) + 1
    this.#values = { ...this.#values, [key]: value }
    clearTimeout(this.#timers[key])
    this.#timers[key] = setTimeout(() => void this.#keep(key, value), KEEP_AFTER)
  }

  async #keep(key: string, value: unknown): Promise<void> {
    delete this.#timers[key]
    try {
      await this.#client.request('settings.set', { key, value })
    } catch (error) {
      this.#failed('Keeping a setting', error)
    }
  }
}

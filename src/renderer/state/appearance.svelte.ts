import { themes } from '../../shared/charts/theme'
import type { Theme } from '../../shared/charts/theme'
import type { Settings } from './settings.svelte'

const KEY = 'window.appearance'
export const appearanceChoices = {
  theme: ['system', 'light', 'dark'],
  contrast: ['system', 'normal', 'more'],
  motion: ['system', 'full', 'less'],
  text: ['system', 'small', 'large', 'largest'],
} as const
export type Aspect = keyof typeof appearanceChoices
export type Appearances = { readonly [A in Aspect]: (typeof appearanceChoices)[A][number] }
/** What the system asks for. */
export interface SystemAppearance {
  readonly dark: boolean
  readonly contrast: boolean
  readonly lessMotion: boolean
}

/** Reads what was kept; anything unknown follows the system. */
export function readAppearance(kept: unknown): Appearances {
  const record = typeof kept === 'object' && kept !== null ? (kept as Record<string, unknown>) : {}
  const pick = (aspect: Aspect): string =>
    appearanceChoices[aspect].find((choice) => choice === record[aspect]) ?? 'system'
  return { theme: pick('theme'), contrast: pick('contrast'), motion: pick('motion'), text: pick('text') } as Appearances
}

/** Light or dark, contrast, motion and size of the text: the system's, unless a person chose otherwise. */
export class Appearance {
  readonly #settings: Settings
  #system = $state.raw<SystemAppearance>({ dark: false, contrast: false, lessMotion: false })

  constructor(settings: Settings) {
    this.#settings = settings
  }

  static readonly key = KEY

  get chosen(): Appearances {
    return readAppearance(this.#settings.get(KEY))
  }

  get theme(): 'light' | 'dark' {
    const { theme } = this.chosen
    return theme === 'system' ? (this.#system.dark ? 'dark' : 'light') : theme
  }

  get contrast(): 'normal' | 'more' {
    const { contrast } = this.chosen
    return contrast === 'system' ? (this.#system.contrast ? 'more' : 'normal') : contrast
  }

  get motion(): 'full' | 'less' {
    const { motion } = this.chosen
    return motion === 'system' ? (this.#system.lessMotion ? 'less' : 'full') : motion
  }

  /** Colours of charts; with more contrast, what stands back stands forward. */
  get chartTheme(): Theme {
    const theme = themes[this.theme]
    return this.contrast === 'more' ? { ...theme, muted: theme.text, line: theme.muted } : theme
  }

  choose(aspect: Aspect, choice: string): void {
    this.#settings.set(KEY, readAppearance({ ...this.chosen, [aspect]: choice }))
  }

  /** Takes what the system asks for. */
  follow(system: Partial<SystemAppearance>): void {
    this.#system = { ...this.#system, ...system }
  }

  /** Follows the browser's media queries. */
  start(): void {
    const watch = (query: string, aspect: keyof SystemAppearance): void => {
      const media = matchMedia(query)
      const read = (): void => this.follow({ [aspect]: media.matches })
      media.addEventListener('change', read)
      read()
    }
    watch('(prefers-color-scheme: dark)', 'dark')
    watch('(prefers-contrast: more)', 'contrast')
    watch('(prefers-reduced-motion: reduce)', 'lessMotion')
  }
}

import { LabError } from '../../shared/errors'
import { settingProblem } from '../../shared/settings/settings'
import type { labRequests } from '../../shared/contract/lab'
import type { EventBus } from './contract/event-bus'
import type { Handlers } from './contract/dispatch'
import type { Lab } from './lab'
import { packageInfo } from './package-root'

/** What windows keep that all of them show at once. */
const SHARED = /^(lab\.|window\.appearance$)/

/**
 * Answers about the lab itself: its state, what it and the window keep.
 * @param onSetting told of every setting that was kept
 */
export function labHandlers(
  lab: Lab,
  events: EventBus,
  onSetting: (key: string) => void,
): Handlers<Exclude<keyof typeof labRequests, `engine.${string}`>> {
  return {
    'lab.state': () => ({
      version: packageInfo().version,
      home: lab.home.folder,
      platform: process.platform,
      sequence: events.sequence,
      notices: [...lab.store.notices],
    }),
    'settings.get': ({ key }) => lab.store.settings.get(key),
    'settings.set': ({ key, value }) => {
      const problem = settingProblem(key, value)
      if (problem !== null) throw new LabError('bad-input', `This cannot be a setting: ${problem}.`)
      lab.store.settings.set(key, value)
      onSetting(key)
      if (SHARED.test(key)) events.emit({ kind: 'setting', key, value })
      return null
    },
  }
}

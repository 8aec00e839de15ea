import type { labRequests } from '../../shared/contract/lab'
import type { EventBus } from './contract/event-bus'
import type { Handlers } from './contract/dispatch'
import type { Lab } from './lab'
import { packageInfo } from './package-root'

/** Answers about the lab itself: its state, what the window keeps. */
export function labHandlers(
  lab: Lab,
  events: EventBus,
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
      lab.store.settings.set(key, value)
      return null
    },
  }
}

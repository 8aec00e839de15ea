import type { labRequests } from '../../shared/contract/lab'
import type { EventBus } from './contract/event-bus'
import type { Handlers } from './contract/dispatch'
import { describeEngine, repairEngine, type EngineOptions } from './engine/open-engine'
import type { Lab } from './lab'
import { packageInfo } from './package-root'

/** Answers about the lab itself: its state, its engine, what the window keeps. */
export function labHandlers(
  lab: Lab,
  events: EventBus,
  engine: EngineOptions['kind'],
): Handlers<keyof typeof labRequests> {
  return {
    'lab.state': () => ({
      version: packageInfo().version,
      home: lab.home.folder,
      platform: process.platform,
      sequence: events.sequence,
      notices: [...lab.store.notices],
    }),
    'engine.describe': () => describeEngine(engine),
    'engine.repair': async () => {
      await repairEngine(engine, (share, detail) => events.emit({ kind: 'engine-progress', share, detail }))
      events.emit({ kind: 'engine' })
      return null
    },
    'settings.get': ({ key }) => lab.store.settings.get(key),
    'settings.set': ({ key, value }) => {
      lab.store.settings.set(key, value)
      return null
    },
  }
}

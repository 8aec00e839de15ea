import { readSetting } from '../../../shared/settings/settings'
import type { Lab } from '../lab'
import type { EngineOptions } from './open-engine'

/** Engine options with the lab's setting of threads, where none were asked for when it was started. */
export const withThreads = <Options extends Pick<EngineOptions, 'threads'>>(
  options: Options,
  lab: { readonly store: Pick<Lab['store'], 'settings'> },
): Options => ({
  ...options,
  threads: options.threads ?? readSetting('lab.engine', lab.store.settings.get('lab.engine')).threads,
})

import type { Look, Session } from './shells'
export function openRealElectron(_path: string, _home: string, _look: Look): Promise<Session> {
  throw new Error('soon')
}

import { parseRoute, routeHash } from './route'
import type { Route } from './route'

/** Where the window is; follows the address, so back and forward work. */
export class Router {
  current = $state.raw<Route>({ view: 'runs' })

  /** Begins to follow the page's address. @returns how to stop */
  start(): () => void {
    const read = (): void => void (this.current = parseRoute(location.hash))
    read()
    addEventListener('hashchange', read)
    return () => removeEventListener('hashchange', read)
  }

  /** Goes to a place. */
  go(route: Route): void {
    location.hash = routeHash(route)
  }

  /** Is at a place from now on, without a step that back would undo. */
  replace(route: Route): void {
    history.replaceState(null, '', routeHash(route))
    this.current = route
  }
}

export const router = new Router()

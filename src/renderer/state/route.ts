/** A place in the window, as its address after '#' says it. */
export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'run'; readonly id: string }
  | { readonly view: 'experiment' }
  | { readonly view: 'data-sets' }
  | { readonly view: 'engine' }

/** Reads an address. One that leads nowhere is the list of runs, where every window begins. */
export function parseRoute(hash: string): Route {
  const [place, rawId] = hash.replace(/^#\/?/, '').split('/')
  const id = decode(rawId)
  if (place === 'runs' && id) return { view: 'run', id }
  if (place === 'experiment') return { view: 'experiment' }
  if (place === 'data') return { view: 'data-sets' }
  if (place === 'engine') return { view: 'engine' }
  return { view: 'runs' }
}

/** The address of a place. */
export function routeHash(route: Route): string {
  switch (route.view) {
    case 'runs':
      return '#/runs'
    case 'run':
      return `#/runs/${encodeURIComponent(route.id)}`
    case 'experiment':
      return '#/experiment'
    case 'data-sets':
      return '#/data'
    case 'engine':
      return '#/engine'
  }
}

function decode(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? '')
  } catch {
    return '' // a broken % sequence
  }
}

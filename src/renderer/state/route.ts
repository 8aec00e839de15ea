/** A place in the window, as its address after '#' says it. */
export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'run'; readonly id: string }
  /** `dataSet`: begun from that data set's page. */
  | { readonly view: 'experiment'; readonly dataSet?: string }
  | { readonly view: 'data-sets' }
  | { readonly view: 'data-set'; readonly id: string }
  | { readonly view: 'engine' }

/** Reads an address. One that leads nowhere is the list of runs, where every window begins. */
export function parseRoute(hash: string): Route {
  const [place, rawId, below] = hash.replace(/^#\/?/, '').split('/')
  const id = decode(rawId)
  if (place === 'runs' && id) return { view: 'run', id }
  if (place === 'experiment' && id === 'data' && decode(below)) return { view: 'experiment', dataSet: decode(below) }
  if (place === 'experiment') return { view: 'experiment' }
  if (place === 'data') return id ? { view: 'data-set', id } : { view: 'data-sets' }
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
      return route.dataSet === undefined ? '#/experiment' : `#/experiment/data/${encodeURIComponent(route.dataSet)}`
    case 'data-sets':
      return '#/data'
    case 'data-set':
      return `#/data/${encodeURIComponent(route.id)}`
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

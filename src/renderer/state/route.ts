/** What a new experiment begins with: names of a preset and a data set, or a run to be done again. All may be left out. */
export interface ExperimentStart {
  readonly preset?: string
  readonly dataSet?: string
  readonly clone?: string
}

/** A place in the window, as its address after '#' says it. */
export type Route =
  | { readonly view: 'runs' }
  | { readonly view: 'run'; readonly id: string }
  | { readonly view: 'trash' }
  | ({ readonly view: 'experiment' } & ExperimentStart)
  | { readonly view: 'data-sets' }
  | { readonly view: 'data-set'; readonly id: string }
  | { readonly view: 'paper' }
  | { readonly view: 'engine' }
  | { readonly view: 'settings' }
  | { readonly view: 'notebook' }
  /** `id`: the question's number. */
  | { readonly view: 'question'; readonly id: string }
  /** Without runs: those that were compared last. */
  | { readonly view: 'compare'; readonly runs?: readonly string[] }

/** Reads an address. One that leads nowhere is the list of runs, where every window begins. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?')
  const [place, rawId] = path.split('/')
  const id = decode(rawId)
  if (place === 'runs' && id) return { view: 'run', id }
  if (place === 'trash') return { view: 'trash' }
  if (place === 'experiment') return { view: 'experiment', ...readStart(query) }
  if (place === 'data') return id ? { view: 'data-set', id } : { view: 'data-sets' }
  if (place === 'paper') return { view: 'paper' }
  if (place === 'notebook') return id ? { view: 'question', id } : { view: 'notebook' }
  if (place === 'engine') return { view: 'engine' }
  if (place === 'settings') return { view: 'settings' }
  if (place === 'compare') return { view: 'compare', ...readRuns(query) }
  return { view: 'runs' }
}

/** The address of a place. */
export function routeHash(route: Route): string {
  switch (route.view) {
    case 'runs':
      return '#/runs'
    case 'run':
      return `#/runs/${encodeURIComponent(route.id)}`
    case 'trash':
      return '#/trash'
    case 'experiment':
      return `#/experiment${startQuery(route)}`
    case 'data-sets':
      return '#/data'
    case 'data-set':
      return `#/data/${encodeURIComponent(route.id)}`
    case 'paper':
      return '#/paper'
    case 'notebook':
      return '#/notebook'
    case 'question':
      return `#/notebook/${encodeURIComponent(route.id)}`
    case 'engine':
      return '#/engine'
    case 'settings':
      return '#/settings'
    case 'compare':
      return route.runs ? `#/compare?runs=${route.runs.map(encodeURIComponent).join(',')}` : '#/compare'
  }
}

function readStart(query: string): ExperimentStart {
  const given = new URLSearchParams(query)
  const [preset, dataSet, clone] = ['preset', 'data', 'clone'].map((name) => given.get(name))
  return { ...(preset ? { preset } : {}), ...(dataSet ? { dataSet } : {}), ...(clone ? { clone } : {}) }
}

/** Ids are separated by commas; a comma in an id is written as %2C. */
function readRuns(query: string): { runs?: readonly string[] } {
  const given = query.split('&').find((part) => part.startsWith('runs='))
  return given === undefined ? {} : { runs: given.slice(5).split(',').map(decode).filter(Boolean) }
}

function startQuery({ preset, dataSet, clone }: ExperimentStart): string {
  const named = Object.entries({ preset, data: dataSet, clone }).filter(([, value]) => value !== undefined)
  return named.length === 0 ? '' : `?${new URLSearchParams(named as [string, string][])}`
}

function decode(part: string | undefined): string {
  try {
    return decodeURIComponent(part ?? '')
  } catch {
    return '' // a broken % sequence
  }
}

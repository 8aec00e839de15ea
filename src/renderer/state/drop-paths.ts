import type { ImportSource } from './import-draft.svelte'

const folderOf = (path: string): string => path.replace(/[/\\][^/\\]*$/, '')

/**
 * What to look at when these paths were dropped. The lab imports one folder or file; of several it is the folder that
 * holds them, which the sheet says.
 * @param paths absolute, at least one
 */
export function commonPlace(paths: readonly string[]): ImportSource {
  const [first] = paths
  if (paths.length === 1) return { path: first! }
  let place = folderOf(first!)
  while (place !== '' && !paths.every((path) => isBelow(path, place))) {
    const above = folderOf(place)
    place = above === place ? '' : above
  }
  return {
    path: place === '' ? '/' : place,
    note: `${paths.length} items were dropped. A data set is made of one folder: this is the one that holds them, with all else in it.`,
  }
}

const isBelow = (path: string, place: string): boolean =>
  path.startsWith(place) && (path[place.length] === '/' || path[place.length] === '\\')

import { z } from 'zod'

/** Longest path of a folder, in characters. */
export const LONGEST_FOLDER = 200

/** A folder of runs: names with '/' between them, as 'cifar/ablation'. It is there as long as a run lies in it. */
export const folderSchema = z
  .string()
  .max(LONGEST_FOLDER)
  .refine((path) => path !== '' && cleanFolder(path) === path, 'Names with / between them, none of them empty.')

/** A path as a person typed it, without needless spaces and '/'; null: no folder. */
export function cleanFolder(typed: string): string | null {
  const names = typed.split('/').map((name) => name.trim().replace(/\s+/g, ' '))
  return names.filter(Boolean).join('/') || null
}

/** The folder that one lies in; null: in none. */
export const parentFolder = (path: string): string | null => path.split('/').slice(0, -1).join('/') || null

/** Whether a run's folder is `folder` or lies in it. */
export const liesIn = (path: string | null, folder: string): boolean =>
  path !== null && (path === folder || path.startsWith(`${folder}/`))

/** Where what lies in `from` is once that folder is called `to`; null: `from` is no more, what lay in it is in none. */
export function movedFolder(path: string, from: string, to: string | null): string | null {
  const rest = path.slice(from.length + 1)
  return [to, rest].filter(Boolean).join('/') || null
}

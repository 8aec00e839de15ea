import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { LabError } from '../../shared/errors'
import { readHolder } from '../store/lock'
import type { Home } from './home/home'

const showingSchema = z.object({
  pid: z.int(),
  /** The window of Electron, or the server that shows it in a browser. */
  shell: z.enum(['window', 'server']),
  /** Of the server, without its token, which is for the person's eyes only. */
  address: z.string().nullable(),
})
/** What shows a lab. */
export type Showing = Omit<z.infer<typeof showingSchema>, 'pid'>

const fileIn = ({ folder }: Home): string => join(folder, 'shown-by.json')

/** Writes down what shows a lab, so that a second start can say it. To be called by the process that holds the lab. */
export function tellShowing(home: Home, showing: Showing): void {
  const file = fileIn(home)
  writeFileSync(`${file}.partial`, JSON.stringify({ pid: process.pid, ...showing }))
  renameSync(`${file}.partial`, file)
}

/** Takes back what tellShowing wrote, before the lab is closed. */
export const endShowing = (home: Home): void => rmSync(fileIn(home), { force: true })

/** The error of a lab that another process holds, with the way to that process's window where it is known. */
export function explainLocked(error: LabError, home: Home): LabError {
  const showing = readShowing(home)
  if (!showing || showing.pid !== readHolder(home.database)?.pid) return error
  const where =
    showing.shell === 'window'
      ? 'It is open in HRM Lab’s window.'
      : `It is shown at ${showing.address}; the link with its token stands where that server was started.`
  return new LabError(error.kind, `${error.message} ${where}`, error.hint, { cause: error })
}

function readShowing(home: Home): z.infer<typeof showingSchema> | null {
  try {
    return showingSchema.parse(JSON.parse(readFileSync(fileIn(home), 'utf8')))
  } catch {
    return null // nothing shows it, or an older lab wrote it
  }
}

import { resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Command } from 'commander'
import { formatBytes } from '../../../shared/charts/format'
import { LabError } from '../../../shared/errors'
import { freeBytes } from '../../lab/datasets/disk'
import { formerHomes, removeFormer } from '../../lab/home/former'
import { bytesOf, listHome } from '../../lab/home/list-home'
import { moveHome, type MoveProgress } from '../../lab/home/move-home'
import { requireMovable } from '../../lab/home/target'
import { canAsk, confirm } from '../confirm'
import type { Context } from '../context'
import type { Act } from '../index'
import { Interrupted, interruptible } from '../interrupt'
import { table } from '../output/table'
import { moveThere } from '../window-lab'

interface HomeOptions {
  readonly removeFormer?: boolean
}

/** Milliseconds that the lab of a window may take to leave its former folder. */
const LEAVING = 60_000

const why = {
  option: 'named with --home',
  environment: 'named by HRM_LAB_HOME',
  moved: 'it was moved there',
  standard: 'the platform’s data folder',
} as const

/** home, move-home. */
export function registerHomeCommands(program: Command, act: Act): void {
  program
    .command('home')
    .description('tell where the lab keeps everything, how much that is, and how much room is left')
    .option('--remove-former', 'remove the folders that the lab was moved from')
    .addHelpText('after', '\nExample:\n  hrm-lab home')
    .action(act(tellHome))
  program
    .command('move-home')
    .description('move the lab to another folder: all of it is copied and checked first')
    .argument('<folder>', 'a new or an empty one')
    .option('--remove-former', 'then remove the folder it lay in (asked otherwise)')
    .addHelpText('after', '\nExample:\n  hrm-lab move-home /media/large/hrm-lab')
    .action(act(move))
}

async function tellHome(context: Context, options: HomeOptions): Promise<void> {
  const { home, store } = context.reader
  const own = home.chosenBy === 'moved' || home.chosenBy === 'standard'
  const freed = options.removeFormer ? await removeAll() : 0
  const former = own ? await formerHomes() : []
  const [bytes, free] = [bytesOf(await listHome(home.folder)) + store.bytes, await freeBytes(home.folder)]
  const rows: [string, string][] = [
    ['folder', `${home.folder} (${why[home.chosenBy]})`],
    ['holds', formatBytes(bytes)],
    ['free', formatBytes(free)],
    ...former.map((one): [string, string] => [
      'former',
      `${one.folder} (${formatBytes(one.bytes)}, until ${one.moved})`,
    ]),
    ...(options.removeFormer ? [['freed', formatBytes(freed)] as [string, string]] : []),
  ]
  const value = { folder: home.folder, chosenBy: home.chosenBy, bytes, free, former }
  context.print(value, table([{ head: '' }, { head: '' }], rows).trimStart())
}

/** @returns bytes freed */
async function removeAll(): Promise<number> {
  let freed = 0
  for (const { folder } of await formerHomes()) freed += await removeFormer(folder)
  return freed
}

async function move(context: Context, given: string, options: HomeOptions): Promise<void> {
  const to = resolve(given)
  const remote = await context.windowLab()
  if (!remote) requireMovable(context.lab.home)
  const show = ({ phase, done, total }: MoveProgress): void =>
    context.progress.update(total > 0 ? done / total : null, `${phase} · ${formatBytes(done)} of ${formatBytes(total)}`)
  const { folder, former } = remote
    ? await moveThere(context, remote, to, show)
    : { former: context.lab.home.folder, folder: await moveHere(context, to, show) }
  context.close() // The folder left behind is let go.
  context.progress.note(`The lab lies in ${folder} now.`)
  const size = (await formerHomes()).find((one) => one.folder === former)?.bytes ?? 0
  const question = `${former} still holds it as it was, ${formatBytes(size)}. Remove that folder?`
  const wanted = options.removeFormer ?? (canAsk() && (await confirm(question)))
  if (wanted) await removeOnceLeft(former)
  const rest = wanted ? `${former} was removed.` : `${former} still holds it as it was: hrm-lab home --remove-former.`
  context.print({ folder, former, removed: wanted }, rest)
}

/** A window's lab has been moved when it says so, and leaves the former folder a moment later. */
async function removeOnceLeft(folder: string): Promise<void> {
  const since = Date.now()
  for (;;) {
    try {
      await removeFormer(folder)
      return
    } catch (error) {
      if (!(error instanceof LabError && error.kind === 'locked') || Date.now() - since > LEAVING) throw error
      await setTimeout(200)
    }
  }
}

function moveHere(context: Context, to: string, onProgress: (progress: MoveProgress) => void): Promise<string> {
  return interruptible(
    async (signal) => {
      try {
        return await moveHome(context.lab, to, { signal, onProgress })
      } catch (error) {
        if (signal.aborted) throw new Interrupted('Interrupted. The lab was not moved, and is whole where it was.')
        throw error
      }
    },
    () => context.progress.note('Stopping …'),
  )
}

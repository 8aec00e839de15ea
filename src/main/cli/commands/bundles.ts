import { resolve } from 'node:path'
import type { Command } from 'commander'
import { formatBytes } from '../../../shared/charts/format'
import { BUNDLE_EXTENSION } from '../../../shared/exports/bundle'
import { takeInBundle } from '../../lab/bundles/take-in'
import { writeBundle } from '../../lab/bundles/write'
import type { Context } from '../context'
import type { Act } from '../index'
import { untilInterrupted } from './export'

/** bundle, import-run. */
export function registerBundleCommands(program: Command, act: Act): void {
  program
    .command('bundle')
    .description(
      'write a run as one file, to be taken into another lab: configuration, metrics, predictions, weights, images',
    )
    .argument('<run>', 'id, number, or the beginning of an id')
    .option('--out <file>', `where (default: its id and .${BUNDLE_EXTENSION})`)
    .addHelpText('after', '\nExample:\n  hrm-lab bundle 3 --out mnist.hrmlab')
    .action(act(bundle))
  program
    .command('import-run')
    .description('take in the run of a bundle; its id and origin are kept')
    .argument('<file>', `a .${BUNDLE_EXTENSION} file`)
    .addHelpText('after', '\nExample:\n  hrm-lab import-run mnist.hrmlab')
    .action(act(importRun))
}

async function bundle(context: Context, reference: string, { out }: { readonly out?: string }): Promise<void> {
  const lab = context.reader
  const run = lab.store.runs.get(reference)
  const file = resolve(out ?? `${run.id}.${BUNDLE_EXTENSION}`)
  const bytes = await untilInterrupted(context, (signal) => writeBundle(lab, run, file, signal))
  context.print({ file, bytes }, `${file} (${formatBytes(bytes)})`)
}

async function importRun(context: Context, file: string): Promise<void> {
  const path = resolve(file)
  const remote = await context.windowLab()
  const { id, existed } = remote
    ? await remote.request('runs.bring', { path })
    : await untilInterrupted(context, async (signal) => {
        const { run, existed: known } = await takeInBundle(context.lab, path, signal)
        return { id: run.id, existed: known }
      })
  context.print({ run: id, existed }, existed ? `Run ${id} was here already.` : `Run ${id} was taken in.`)
}

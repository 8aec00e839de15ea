import { once } from 'node:events'
import { join } from 'node:path'
import type { Command } from 'commander'
import { packageInfo } from '../../lab/package-root'
import { RunningLab } from '../../lab/running-lab'
import { startServer } from '../../server/server'
import { portNumber } from '../arguments'
import { openBrowser } from '../browser'
import type { Context } from '../context'
import type { Act } from '../index'
import { interruptible } from '../interrupt'

/** Always the same, so that a tunnel or a bookmark can name it. */
const DEFAULT_PORT = 8420

/** serve. */
export function registerServeCommand(program: Command, act: Act): void {
  program
    .command('serve')
    .description('show the lab’s window in the browser; only this machine can reach it')
    .option('--port <n>', 'port at 127.0.0.1; 0: any that is free', portNumber, DEFAULT_PORT)
    .option('--no-open', 'only print the link')
    .addHelpText('after', '\nExample:\n  hrm-lab serve --no-open\n  ssh -L 8420:127.0.0.1:8420 machine-with-the-lab')
    .action(act(serve))
}

async function serve(context: Context, options: { port: number; open: boolean }): Promise<void> {
  const { engine: kind = 'auto', backend = 'tensorflow', threads = null } = context.options
  const running = new RunningLab(context.lab, { kind, backend, threads })
  await interruptible(
    async (signal) => {
      const server = await startServer({
        lab: { dispatch: running.dispatch, events: running.events, images: running.images, exports: running.exports },
        port: options.port,
        rendererFolder: join(packageInfo().root, 'out', 'renderer'),
        uploadsFolder: () => join(running.lab.home.folder, 'uploads'),
      })
      try {
        running.show({ shell: 'server', address: new URL(server.url).origin })
        running.start((notice) => context.progress.note(notice))
        context.print({ url: server.url }, server.url)
        context.progress.note('The lab’s window is at this link, for you alone. Ctrl-C ends the lab.')
        if (options.open)
          void openBrowser(server.url).then((opened) => {
            if (!opened) context.progress.note('No browser could be opened here: open the link yourself.')
          })
        if (!signal.aborted) await once(signal, 'abort')
      } finally {
        await server.close()
        await running.close()
      }
    },
    () => context.progress.note('Closing: a run in work is paused with a checkpoint. Ctrl-C again ends at once.'),
  )
}

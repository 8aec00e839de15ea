import { RequestFailed } from '../transport/client'
import type { FoundFiles } from './drop-files'
import type { Lab } from './lab.svelte'
import { router } from './router.svelte'
import { Upload } from './upload.svelte'

/** Takes in the run of a bundle on the lab's machine, and tells it. */
export async function bringRun(lab: Lab, path: string): Promise<void> {
  const name = path.split(/[/\\]/).at(-1)!
  await lab.messages.attempt(`Taking in ${name}`, async () => {
    const { id, name: run, existed } = await lab.client.request('runs.bring', { path })
    const show = { label: 'Show', run: () => router.go({ view: 'run', id }), offered: () => true }
    lab.messages.tell(existed ? `The run ${run} was here already.` : `The run ${run} was taken in.`, show)
  })
}

/** Sends a bundle to the lab's machine and takes it in: from a browser. */
export async function uploadRun(lab: Lab, name: string, found: FoundFiles): Promise<void> {
  const upload = new Upload(name, found)
  try {
    const path = await upload.send()
    if (path !== null) await bringRun(lab, path)
    else if (upload.problem) lab.messages.fail(`Sending ${name}`, new RequestFailed(upload.problem))
  } finally {
    await upload.cancel()
  }
}

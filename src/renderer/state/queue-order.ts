import type { Lab } from './lab.svelte'

/** The order with `id` at place `to`, counted from 0 in the new order. */
export function moved(order: readonly string[], id: string, to: number): string[] {
  const others = order.filter((other) => other !== id)
  const place = Math.max(0, Math.min(others.length, to))
  return [...others.slice(0, place), id, ...others.slice(place)]
}

/** `wished` as far as it can be had: only runs that wait now, and those it does not name at the end. */
export function fitted(wished: readonly string[], waiting: readonly string[]): string[] {
  const here = wished.filter((id) => waiting.includes(id))
  return [...here, ...waiting.filter((id) => !here.includes(id))]
}

/** Moves a waiting run to a place in the queue; shown at once, to be undone. @returns whether the lab took it */
export async function moveInQueue(lab: Lab, id: string, to: number): Promise<boolean> {
  const before = lab.queue.order
  const order = moved(before, id, to)
  if (order.every((other, i) => other === before[i])) return true
  lab.queue = { ...lab.queue, order }
  const done = await lab.messages.attempt('Reordering the queue', () => lab.client.request('queue.order', { order }))
  if (!done) lab.reloadQueue()
  else
    lab.undo.offer(
      `${lab.runs.get(id)?.name ?? id} moved in the queue.`,
      () => lab.client.request('queue.order', { order: fitted(before, lab.queue.order) }),
      { series: 'queue' },
    )
  return done
}

/** Takes a waiting run out of the queue, to be resumed later; to be undone. */
export async function takeOutOfQueue(lab: Lab, id: string): Promise<boolean> {
  const before = lab.queue.order
  const name = lab.runs.get(id)?.name ?? id
  const done = await lab.messages.attempt(`Taking ${name} out of the queue`, () =>
    lab.client.request('runs.pause', { id }),
  )
  if (done)
    lab.undo.offer(`${name} was taken out of the queue.`, async () => {
      await lab.client.request('runs.resume', { id })
      const { order } = await lab.client.request('queue.get', {})
      if (order.includes(id)) await lab.client.request('queue.order', { order: fitted(before, order) })
    })
  return done
}

/** Seconds until all that runs and waits is expected to be done; null where nobody knows of one of them. */
export function secondsInAll(lab: Lab): number | null {
  const { running, order, secondsExpected } = lab.queue
  const all = order.map((id) => secondsExpected[id] ?? null)
  if (running !== null) all.push(lab.runs.progress(running)?.secondsLeft ?? null)
  return all.reduce((sum, seconds) => (sum === null || seconds === null ? null : sum + seconds), 0)
}

import type { Locator } from 'playwright-core'

/** Whether it has the focus. */
export const focused = (what: Locator): Promise<boolean> =>
  what.evaluate((element) => element === document.activeElement)

/** More stops than any view has on the way to something. */
const MOST = 60

/** Goes by Tab until something has the focus. @throws Error when Tab does not lead there */
export async function tabTo(what: Locator): Promise<void> {
  await what.waitFor()
  for (let stop = 0; stop < MOST; stop++) {
    await what.page().keyboard.press('Tab')
    if (await focused(what)) return
  }
  throw new Error(`Tab does not lead to ${what}.`)
}

import { text } from 'node:stream/consumers'
import type { Locator } from 'playwright-core'

/** Presses a button that hands out a file of text. @returns what the browser was given */
export async function downloaded(button: Locator): Promise<string> {
  const [download] = await Promise.all([button.page().waitForEvent('download'), button.click()])
  return text(await download.createReadStream())
}

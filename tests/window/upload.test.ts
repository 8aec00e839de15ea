/** What only the server has: files travel to the lab. */
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { Random } from '../../src/shared/random/philox'
import { drop } from './support/drag'
import { temporaryFolder, writeFiles, writeMessyFolder } from './support/folders'
import { openLab } from './support/lab'
import { provoked } from './support/shells'

/** Bytes a second while files are sent: the large one takes long enough to be cut. */
const SLOW = 100_000

/** A PNG that cannot be made smaller. */
function noise(side: number): Promise<Buffer> {
  const random = new Random(1)
  const pixels = Uint8Array.from({ length: side * side * 3 }, () => random.below(256))
  return sharp(pixels, { raw: { width: side, height: side, channels: 3 } })
    .png()
    .toBuffer()
}

it('says that an upload was cut in the middle, and sends the rest', async () => {
  const lab = await openLab({ shell: 'server' })
  const { page } = lab
  const folder = join(await temporaryFolder(), 'heavy')
  await writeMessyFolder(folder)
  await writeFiles(folder, { 'dogs/large.png': await noise(600) })
  const network = await page.context().newCDPSession(page)
  const conditions = (offline: boolean, uploadThroughput: number) =>
    network.send('Network.emulateNetworkConditions', { offline, latency: 0, downloadThroughput: -1, uploadThroughput })
  await network.send('Network.enable')
  await conditions(false, SLOW)
  await drop(lab, folder)
  const sheet = page.getByRole('dialog')
  await sheet.getByRole('progressbar', { name: /Sending heavy/ }).waitFor()
  await expect.poll(async () => /^\D*[1-9]\d* of/.test((await sheet.textContent()) ?? '')).toBe(true)

  await conditions(true, SLOW)
  await sheet.getByText(/^The upload was cut after \d+ files\.$/).waitFor()
  expect(lab.stored((store) => store.dataSets.list())).toEqual([])
  await conditions(false, -1)
  await sheet.getByRole('button', { name: 'Send the rest' }).click()
  await sheet.getByRole('button', { name: 'Import', exact: true }).click()
  await sheet.getByText('21 images in 2 classes').waitFor()
  provoked(lab.session, /ERR_INTERNET_DISCONNECTED|WebSocket|Failed to load resource/)
})

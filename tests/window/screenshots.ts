/** Pictures of every view and state: light and dark, in the smallest window and a usual one. `npm run screenshots`. */
import { join } from 'node:path'
import { it } from 'vitest'
import { openLab } from './support/lab'
import { settle } from './support/settle'
import { forEachView } from './support/views'

const sizes = [
  { width: 900, height: 600 },
  { width: 1280, height: 800 },
] as const

it('takes pictures of every view and state', { timeout: 600_000 }, async () => {
  const folder = process.env['HRM_LAB_SCREENSHOTS'] ?? join('out', 'screenshots')
  await forEachView(
    (beginning) => openLab({ shell: 'server', beginning, look: { reducedMotion: 'reduce' } }),
    async (page, name) => {
      for (const size of sizes)
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.setViewportSize(size)
          await page.emulateMedia({ colorScheme })
          await settle(page)
          await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${size.width}x${size.height}.png`) })
        }
    },
  )
})

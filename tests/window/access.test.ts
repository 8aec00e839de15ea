/** axe on every view and state, light and dark. The views are one page's, whatever shell shows them: one shell is enough. */
import { expect, it } from 'vitest'
import { accessibilityFindings } from './support/axe'
import { openLab } from './support/lab'
import { settle } from './support/settle'
import { forEachView } from './support/views'

it('has no findings in any view or state', { timeout: 600_000 }, async () => {
  const findings: string[] = []
  await forEachView(
    (beginning) => openLab({ shell: 'server', beginning }),
    async (page, name) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme })
        await settle(page)
        for (const finding of await accessibilityFindings(page)) findings.push(`${name}, ${colorScheme}: ${finding}`)
      }
    },
  )
  expect(findings).toEqual([])
})

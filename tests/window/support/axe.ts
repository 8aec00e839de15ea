import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { AxeResults } from 'axe-core'
import type { Page } from 'playwright-core'

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

/**
 * Looks for what keeps people from using the page as it stands now.
 * @returns one line for each finding: rule, element, what is wrong
 */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  // Evaluated by the debugger, which the content security policy does not bind.
  await page.evaluate(source)
  const { violations } = await page.evaluate(() =>
    (window as unknown as { axe: { run(options: object): Promise<AxeResults> } }).axe.run({
      resultTypes: ['violations'],
    }),
  )
  const findings: string[] = []
  for (const { id, help, nodes } of violations)
    for (const { target, failureSummary } of nodes) {
      const selector = target.join(' ')
      if (id === 'scrollable-region-focusable' && (await takesFocus(page, selector))) continue
      findings.push(`${id} (${help}) at ${selector}: ${failureSummary ?? ''}`)
    }
  return findings
}

/**
 * Whether an element takes the focus. axe believes that nothing in a disabled fieldset does, but that binds form controls only
 * (HTML, "concept-fe-disabled").
 */
const takesFocus = (page: Page, selector: string): Promise<boolean> =>
  page.evaluate((wanted) => {
    const before = document.activeElement
    const element = document.querySelector<HTMLElement>(wanted)
    element?.focus({ preventScroll: true })
    const taken = element !== null && document.activeElement === element && element.tabIndex >= 0
    if (before instanceof HTMLElement) before.focus({ preventScroll: true })
    return taken
  }, selector)

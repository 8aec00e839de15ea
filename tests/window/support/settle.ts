import type { Page } from 'playwright-core'

/** Waits until what changes by itself has changed: colours on their way to others, fonts. What is drawn for ever is not waited for. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await document.fonts.ready
    // One frame, so that what was changed just now has begun.
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))
    // Brought to their ends rather than waited for: one that has not begun waits for a frame, and a page without a screen on which
    // nothing else moves may draw none.
    for (const animation of document.getAnimations()) if (animation instanceof CSSTransition) animation.finish()
  })
}

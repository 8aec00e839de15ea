/** How many pixels a rem has, as the text's size is set: for rows whose place is reckoned. */
class Rem {
  px = $state(16)

  constructor() {
    const read = (): void => void (this.px = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16)
    read()
    new MutationObserver(read).observe(document.documentElement, { attributes: true, attributeFilter: ['data-text'] })
  }
}

export const rem = new Rem()

/** Where a menu opens: at an element, or at a place in the window. */
export type Anchor = HTMLElement | { readonly getBoundingClientRect: () => DOMRect }

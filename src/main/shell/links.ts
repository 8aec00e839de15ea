/** The addresses outside that the window opens without asking, in the person's browser. */
export const links = {
  paper: 'https://arxiv.org/abs/2510.03598',
  hrm: 'https://arxiv.org/abs/2506.21734',
} as const

/** Whether an address is exactly one of {@link links}. */
export const isAllowedLink = (address: string): boolean => Object.values<string>(links).includes(address)

/**
 * The address as the person is asked about it, where it is one of the web or of mail: a link in a note, which may have come with
 * another's run. Null for all others, and for those too long to be read: they are never opened.
 */
export function linkToAsk(address: string): string | null {
  try {
    const { protocol, href } = new URL(address)
    return ['https:', 'http:', 'mailto:'].includes(protocol) && href.length <= LONGEST ? href : null
  } catch {
    return null
  }
}

const LONGEST = 1000

/** The only addresses outside that the window opens, in the person's browser. */
export const links = {
  paper: 'https://arxiv.org/abs/2510.03598',
  hrm: 'https://arxiv.org/abs/2506.21734',
} as const

/** Whether an address is exactly one of {@link links}. */
export const isAllowedLink = (address: string): boolean => Object.values<string>(links).includes(address)

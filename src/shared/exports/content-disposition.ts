/**
 * Header that gives a file its name when it is kept, shown in place otherwise (RFC 6266). Run ids are plain letters. A page is kept always:
 * it is for elsewhere, and not to be shown as one of the lab's own.
 */
export const contentDisposition = (name: string): string =>
  `${name.endsWith('.html') ? 'attachment' : 'inline'}; filename="${name.replace(/[^\w.-]/g, '_')}"`

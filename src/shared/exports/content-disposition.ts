/** Header that gives a file its name when it is kept, shown in place otherwise (RFC 6266). Run ids are plain letters. */
export const contentDisposition = (name: string): string => `inline; filename="${name.replace(/[^\w.-]/g, '_')}"`

/** What run bundles are known by in file names, without the dot. */
export const BUNDLE_EXTENSION = 'hrmlab'
/** A run's bundle among its exports: /exports/RUN/run.hrmlab. */
export const BUNDLE_ADDRESS = `run.${BUNDLE_EXTENSION}`

/** Whether a file's name says that it is a run bundle. */
export const isBundle = (name: string): boolean => name.toLowerCase().endsWith(`.${BUNDLE_EXTENSION}`)

/** 'one core', '8 cores'. */
export const coreWords = (cores: number): string => (cores === 1 ? 'one core' : `${cores} cores`)

/**
 * Reads how many threads a person has typed.
 * @param cores of the machine; null: not known
 * @returns null for all cores, or what is wrong with it
 */
export function readThreads(text: string, cores: number | null): number | null | string {
  const typed = text.trim()
  if (typed === '') return null
  const threads = Number(typed)
  if (!Number.isInteger(threads) || threads < 1) return 'It must be a whole number from 1, or empty for all cores.'
  if (cores !== null && threads > cores)
    return `This machine has ${coreWords(cores)}: more threads only wait for each other.`
  return threads
}

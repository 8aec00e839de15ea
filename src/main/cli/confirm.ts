import { createInterface } from 'node:readline/promises'

/** Whether a person can be asked at all. */
export const canAsk = (): boolean => process.stdin.isTTY === true

/** Asks a question at the terminal; anything but yes is no. */
export async function confirm(question: string): Promise<boolean> {
  const ask = createInterface({ input: process.stdin, output: process.stderr })
  try {
    return /^y(es)?$/i.test((await ask.question(`${question} [y/N] `)).trim())
  } finally {
    ask.close()
  }
}

/** Most runs that one experiment may begin. */
const MOST = 100
const LARGEST = 0xffffffff

/**
 * Reads seeds as typed: whole numbers parted by commas or spaces, or “5 seeds from 42”.
 * @returns the seeds, or what is wrong with them
 */
export function readSeeds(text: string): number[] | string {
  const counted = /^\s*(\d+)\s+(?:seeds?\s+)?from\s+(\d+)\s*$/i.exec(text)
  if (counted) return seedsFrom(Number(counted[1]), Number(counted[2]))
  const parts = text.split(/[\s,]+/).filter(Boolean)
  const wrong = parts.find((part) => !/^\d+$/.test(part) || Number(part) > LARGEST)
  if (wrong !== undefined) return `“${wrong}” is not a whole number from 0 to ${LARGEST}.`
  const seeds = parts.map(Number)
  if (seeds.length === 0) return 'At least one seed is needed.'
  if (seeds.length > MOST) return tooMany(seeds.length)
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) !== i)
  return twice === undefined ? seeds : `Seed ${twice} is there twice; it would give the same run.`
}

function seedsFrom(count: number, first: number): number[] | string {
  if (count === 0) return 'At least one seed is needed.'
  if (count > MOST) return tooMany(count)
  if (first + count - 1 > LARGEST) return `The last seed would be larger than ${LARGEST}.`
  return Array.from({ length: count }, (_, i) => first + i)
}

const tooMany = (count: number): string => `These are ${count} seeds; at most ${MOST} runs begin at once.`

/** Most runs that one experiment may begin. */
const MOST = 100
const LARGEST = 0xffffffff

/** Reads seeds as typed: whole numbers parted by commas or spaces. @returns the seeds, or what is wrong with them */
export function readSeeds(text: string): number[] | string {
  const parts = text.split(/[\s,]+/).filter(Boolean)
  const wrong = parts.find((part) => !/^\d+$/.test(part) || Number(part) > LARGEST)
  if (wrong !== undefined) return `“${wrong}” is not a whole number from 0 to ${LARGEST}.`
  const seeds = parts.map(Number)
  if (seeds.length === 0) return 'At least one seed is needed.'
  if (seeds.length > MOST) return `These are ${seeds.length} seeds; at most ${MOST} runs begin at once.`
  const twice = seeds.find((seed, i) => seeds.indexOf(seed) !== i)
  return twice === undefined ? seeds : `Seed ${twice} is there twice; it would give the same run.`
}

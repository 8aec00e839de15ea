import { InvalidArgumentError } from 'commander'

/** commander's parser of whole numbers from 1. @throws InvalidArgumentError */
export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!Number.isInteger(value) || value < 1) throw new InvalidArgumentError('It must be a whole number from 1.')
  return value
}

/** commander's parser of a TCP port, 0 for any. @throws InvalidArgumentError */
export function portNumber(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535)
    throw new InvalidArgumentError('It must be a whole number from 0 to 65535.')
  return Number(text)
}

/** commander's parser of seeds: whole numbers from 0 to 4294967295, separated by commas. @throws InvalidArgumentError */
export function seeds(text: string): number[] {
  return text.split(',').map((part) => {
    const value = Number(part)
    if (part.trim() === '' || !Number.isInteger(value) || value < 0 || value > 0xffffffff)
      throw new InvalidArgumentError('It must be whole numbers from 0 to 4294967295, separated by commas.')
    return value
  })
}

/** commander's parser of a share between 0 and 1, both excluded. @throws InvalidArgumentError */
export function share(text: string): number {
  const value = Number(text)
  if (!(value > 0 && value < 1)) throw new InvalidArgumentError('It must be a number between 0 and 1.')
  return value
}

/** commander's parser of a number above 0. @throws InvalidArgumentError */
export function positiveNumber(text: string): number {
  const value = Number(text)
  if (!(value > 0 && Number.isFinite(value))) throw new InvalidArgumentError('It must be a number above 0.')
  return value
}

/** commander's parser of a picture's size in millimetres, 85 or 85x60. @throws InvalidArgumentError */
export function millimetres(text: string): { width: number; height?: number } {
  const [, width, height] = /^(\d+(?:\.\d+)?)(?:[x×](\d+(?:\.\d+)?))?(?:mm)?$/.exec(text) ?? []
  if (width === undefined) throw new InvalidArgumentError('It must be millimetres, as 85 or 85x60.')
  return height === undefined ? { width: Number(width) } : { width: Number(width), height: Number(height) }
}

/** Collects a repeated option's values. */
export const collect = (value: string, before: readonly string[]): string[] => [...before, value]

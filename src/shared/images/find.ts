import { searchWords, type ImageOrder, type ImageQuery } from './query'

/** Images of a part as an evaluation sees them, in data set order. */
export interface EvaluatedImages {
  /** uint16 [n], true and predicted class. */
  readonly truth: Uint16Array
  readonly predicted: Uint16Array
  /** Places in the part by an order, lowest (or with `descending` highest) first. */
  order(by: Exclude<ImageOrder, 'order'>, descending: boolean): Uint32Array
  /** File name of an image in lower case; asked for only in a search. */
  name(index: number): string
  /** Whether an image has a mark ('': any); asked for only where a query wants one. */
  marked(index: number, tag: string): boolean
}

/** Places within the part of the images that a query finds, in its order. One pass over typed arrays. */
export function findImages(images: EvaluatedImages, query: ImageQuery): Uint32Array {
  const { truth, predicted } = images
  const n = truth.length
  const order = query.sort === 'order' ? null : images.order(query.sort, query.descending)
  const backwards = order === null && query.descending
  const fits = predicate(images, query)
  const found = new Uint32Array(n)
  let count = 0
  for (let i = 0; i < n; i++) {
    const index = order ? order[i]! : backwards ? n - 1 - i : i
    if (fits(truth[index]!, predicted[index]!, index)) found[count++] = index
  }
  return found.slice(0, count)
}

type Predicate = (truth: number, predicted: number, index: number) => boolean

/** Cheap conditions first: names are looked at only where all else holds. */
function predicate(images: EvaluatedImages, { show, truth, predicted, cells, search, tag }: ImageQuery): Predicate {
  const conditions: Predicate[] = []
  if (show === 'wrong') conditions.push((t, p) => t !== p)
  if (show === 'right') conditions.push((t, p) => t === p)
  if (truth) {
    const wanted = new Set(truth)
    conditions.push((t) => wanted.has(t))
  }
  if (predicted) {
    const wanted = new Set(predicted)
    conditions.push((_, p) => wanted.has(p))
  }
  if (cells) {
    const wanted = new Set(cells.map(([t, p]) => cellKey(t, p)))
    conditions.push((t, p) => wanted.has(cellKey(t, p)))
  }
  if (tag !== null) conditions.push((_, _p, index) => images.marked(index, tag))
  const words = searchWords(search)
  if (words.length > 0) conditions.push((_, _p, index) => words.every((word) => images.name(index).includes(word)))
  return (t, p, index) => conditions.every((holds) => holds(t, p, index))
}

/** Classes are uint16. */
const cellKey = (truth: number, predicted: number): number => truth * 65_536 + predicted

/** Places by value, lowest (or highest) first; equal ones in data set order, those without a number last. */
export function placesByValue(values: Float32Array, descending: boolean): Uint32Array {
  const sign = descending ? -1 : 1
  const keys = Float64Array.from(values, (value) => (Number.isNaN(value) ? Infinity : sign * value))
  const places = Uint32Array.from({ length: values.length }, (_, i) => i)
  // Infinity − Infinity is NaN, which sorts as equal.
  return places.sort((a, b) => keys[a]! - keys[b]! || a - b)
}

/**
 * By how much each image's most probable class is above the next.
 * @param probabilities float32 [n, K]
 * @returns float32 [n]
 */
export function marginsOf(probabilities: Float32Array, classes: number): Float32Array {
  const margins = new Float32Array(probabilities.length / classes)
  for (let i = 0; i < margins.length; i++) {
    let [first, second] = [-Infinity, -Infinity]
    for (let k = i * classes; k < (i + 1) * classes; k++) {
      const value = probabilities[k]!
      if (value > first) [first, second] = [value, first]
      else if (value > second) second = value
    }
    margins[i] = first - second
  }
  return margins
}

/**
 * Each image's cross-entropy loss, −ln of its true class's probability; infinite where that is 0.
 * @param probabilities float32 [n, K]
 * @param truth true classes [n]
 * @returns float32 [n]
 */
export function lossesOf(probabilities: Float32Array, truth: Uint16Array, classes: number): Float32Array {
  return Float32Array.from(truth, (label, i) => -Math.log(probabilities[i * classes + label]!))
}

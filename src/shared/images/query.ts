/** Which images are shown: all, or those whose predicted class is not, or is, the true one. */
export const shownImages = ['all', 'wrong', 'right'] as const
/** See {@link shownImages}. */
export type ShownImages = (typeof shownImages)[number]

/**
 * Orders of images. Confidence: probability of the predicted class; margin: by how much it is above the next class; loss:
 * −ln of the true class's probability.
 */
export const imageOrders = ['order', 'confidence', 'margin', 'loss'] as const
/** See {@link imageOrders}. */
export type ImageOrder = (typeof imageOrders)[number]

/** Which images of an evaluated part, in which order. What holds of an image must hold of all that is set. */
export interface ImageQuery {
  readonly show: ShownImages
  /** True classes; null: any. */
  readonly truth: readonly number[] | null
  /** Predicted classes; null: any. */
  readonly predicted: readonly number[] | null
  /** Pairs of true and predicted class, as cells of a confusion matrix; null: any. */
  readonly cells: readonly (readonly [truth: number, predicted: number])[] | null
  /** Words that the file name holds, whatever their case; '': any. */
  readonly search: string
  /** A mark that the image has; '': any mark; null: marked or not. */
  readonly tag: string | null
  readonly sort: ImageOrder
  readonly descending: boolean
}

/** All images in the data set's order: what other queries are made from. */
export const anyImage: ImageQuery = {
  ...{ show: 'all', truth: null, predicted: null, cells: null },
  ...{ search: '', tag: null, sort: 'order', descending: false },
}

/** Words of a search, in lower case. */
export const searchWords = (search: string): string[] => search.toLowerCase().split(/\s+/).filter(Boolean)

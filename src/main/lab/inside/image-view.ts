import type { ClassMapView, ImageInsideView, RecurrenceView } from '../../../shared/contract/inside'
import type { ImageInside, RecurrenceInside } from '../../../shared/inside/inside'
import { segmentsOf, type Subject } from './subject'

/** Digits that a number keeps on its way to a window: more than a picture shows. */
const DIGITS = 6

/** What an engine saw of one image, as windows are told. */
export const insideView = (subject: Subject, inside: ImageInside): ImageInsideView['inside'] =>
  inside.kind === 'recurrence' ? recurrenceView(subject, inside) : classMapView(inside)

const recurrenceView = (subject: Subject, inside: RecurrenceInside): RecurrenceView => ({
  ...inside,
  ...segmentsOf(subject),
  probabilities: rounded(inside.probabilities),
  moves: { low: rounded(inside.moves.low), high: rounded(inside.moves.high) },
  attention: rounded(inside.attention),
})

const classMapView = (inside: Exclude<ImageInside, RecurrenceInside>): ClassMapView => ({
  ...inside,
  probabilities: rounded(inside.probabilities),
  maps: rounded(inside.maps),
})

/** JSON has no NaN and no infinity: null stands for them. */
const rounded = (values: Float32Array): (number | null)[] =>
  Array.from(values, (value) => (Number.isFinite(value) ? Number(value.toPrecision(DIGITS)) : null))

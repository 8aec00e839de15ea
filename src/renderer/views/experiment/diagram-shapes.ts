/** Width that diagrams are laid out for, in units of the drawing; it is scaled to what it is shown in. */
export const DIAGRAM_WIDTH = 320

/** A rectangle with words in it. */
export interface DiagramBox {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly title: string
  /** A second, quieter line. */
  readonly detail?: string
  /** Lines inside: a stack of so many blocks. 1: none. */
  readonly layers?: number
  /** Drawn strong: it has a gradient. */
  readonly strong?: boolean
}

/** A line with a head at its end. */
export interface DiagramArrow {
  readonly from: readonly [x: number, y: number]
  readonly to: readonly [x: number, y: number]
  readonly strong?: boolean
}

/** Words beside boxes. */
export interface DiagramText {
  readonly x: number
  readonly y: number
  readonly text: string
  readonly anchor?: 'start' | 'middle' | 'end'
}

/** A frame around what is repeated. */
export type DiagramFrame = Pick<DiagramBox, 'x' | 'y' | 'width' | 'height'>

/** A model as shapes, and the same in words. */
export interface Diagram {
  readonly height: number
  readonly boxes: readonly DiagramBox[]
  readonly arrows: readonly DiagramArrow[]
  readonly texts: readonly DiagramText[]
  readonly frames: readonly DiagramFrame[]
  readonly description: string
}

/** Height of a box with two lines. */
export const BOX_HEIGHT = 40

/** Boxes side by side over the whole width, an arrow from each to the next; `leftwards`: the first is at the right. */
export function row(
  y: number,
  items: readonly { readonly title: string; readonly detail?: string }[],
  { gap = 16, leftwards = false } = {},
): { boxes: DiagramBox[]; arrows: DiagramArrow[] } {
  const width = (DIAGRAM_WIDTH - (items.length - 1) * gap) / items.length
  const left = (i: number): number => (leftwards ? items.length - 1 - i : i) * (width + gap)
  const boxes = items.map((item, i) => ({ ...item, x: left(i), y, width, height: BOX_HEIGHT }))
  const middle = y + BOX_HEIGHT / 2
  const arrows = boxes
    .slice(1)
    .map(({ x }): DiagramArrow =>
      leftwards
        ? { from: [x + width + gap, middle], to: [x + width, middle] }
        : { from: [x - gap, middle], to: [x, middle] },
    )
  return { boxes, arrows }
}

/** An arrow straight down from a box. */
export const below = ({ x, y, width, height }: DiagramBox, length: number): DiagramArrow => ({
  from: [x + width / 2, y + height],
  to: [x + width / 2, y + height + length],
})

/** ‘28 × 28 × 1’ */
export const size = (...sides: number[]): string => sides.join(' × ')

import type { InputShape } from '../../../shared/experiment/family'
import type { CnnModel } from '../../../shared/experiment/models/cnn'
import { BOX_HEIGHT, DIAGRAM_WIDTH, row, size } from './diagram-shapes'
import type { Diagram, DiagramArrow } from './diagram-shapes'

/** An arrow from the last box of a row down and back to the first of the next one. */
const turn = (y: number): DiagramArrow => ({
  from: [DIAGRAM_WIDTH / 2, y + BOX_HEIGHT],
  to: [DIAGRAM_WIDTH / 2, y + BOX_HEIGHT + 16],
})

/** The CNN: two stages with the sizes between them, the mean, the head. */
export function cnnDiagram({ width: W, dropout }: CnnModel, { height, width, channels, classes }: InputShape): Diagram {
  const half = [Math.floor(height / 2), Math.floor(width / 2)] as const
  const quarter = [Math.floor(half[0] / 2), Math.floor(half[1] / 2)] as const
  const rows = [
    row(0, [
      { title: 'Image', detail: size(height, width, channels) },
      { title: '2 × Conv 3 × 3', detail: size(height, width, W) },
      { title: 'Max pool 2', detail: size(...half, W) },
    ]),
    row(BOX_HEIGHT + 16, [
      { title: '2 × Conv 3 × 3', detail: size(...half, 2 * W) },
      { title: 'Max pool 2', detail: size(...quarter, 2 * W) },
      { title: 'Mean', detail: String(2 * W) },
    ]),
    row(2 * (BOX_HEIGHT + 16), [
      { title: 'Dropout', detail: dropout === 0 ? 'none' : String(dropout) },
      { title: 'Head', detail: `${2 * W} → ${classes}` },
      { title: 'Answer', detail: `${classes} classes` },
    ]),
  ]
  return {
    height: 3 * BOX_HEIGHT + 2 * 16 + 24,
    boxes: rows.flatMap(({ boxes }) => boxes),
    arrows: [...rows.flatMap(({ arrows }) => arrows), turn(0), turn(BOX_HEIGHT + 16)],
    texts: [
      {
        x: 0,
        y: 3 * BOX_HEIGHT + 2 * 16 + 18,
        text: 'Each convolution: batch normalisation, then ReLU.',
      },
    ],
    frames: [],
    description:
      `An image of ${size(height, width, channels)} passes two 3 × 3 convolutions with ${W} channels and a pooling to ` +
      `${size(...half)}, two with ${2 * W} channels and a pooling to ${size(...quarter)}. ` +
      `The mean over all places, ${2 * W} numbers, ${dropout === 0 ? '' : `with dropout ${dropout}, `}goes to a head for ` +
      `${classes} classes. Each convolution has batch normalisation and ReLU.`,
  }
}

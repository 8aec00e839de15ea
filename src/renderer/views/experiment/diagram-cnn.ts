import type { InputShape } from '../../../shared/experiment/family'
import type { CnnModel } from '../../../shared/experiment/models/cnn'
import { below, BOX_HEIGHT, row, size } from './diagram-shapes'
import type { Diagram } from './diagram-shapes'

const GAP = 16

/** The CNN: two stages with the sizes between them, the mean, the head. */
export function cnnDiagram({ width: W, dropout }: CnnModel, { height, width, channels, classes }: InputShape): Diagram {
  const half = [Math.floor(height / 2), Math.floor(width / 2)] as const
  const quarter = [Math.floor(half[0] / 2), Math.floor(half[1] / 2)] as const
  // The second row goes back to the left, so that each turn is one step down.
  const rows = [
    row(0, [
      { title: 'Image', detail: size(height, width, channels) },
      { title: '2 × Conv 3 × 3', detail: size(height, width, W) },
      { title: 'Max pool 2', detail: size(...half, W) },
    ]),
    row(
      BOX_HEIGHT + GAP,
      [
        { title: '2 × Conv 3 × 3', detail: size(...half, 2 * W) },
        { title: 'Max pool 2', detail: size(...quarter, 2 * W) },
        { title: 'Mean', detail: String(2 * W) },
      ],
      { leftwards: true },
    ),
    row(2 * (BOX_HEIGHT + GAP), [
      { title: 'Dropout', detail: dropout === 0 ? 'none' : String(dropout) },
      { title: 'Head', detail: `${2 * W} → ${classes}` },
      { title: 'Answer', detail: `${classes} classes` },
    ]),
  ]
  return {
    height: 3 * BOX_HEIGHT + 2 * GAP + 24,
    boxes: rows.flatMap(({ boxes }) => boxes),
    arrows: rows.flatMap(({ boxes, arrows }, i) =>
      i < rows.length - 1 ? [...arrows, below(boxes.at(-1)!, GAP)] : arrows,
    ),
    texts: [
      {
        x: 0,
        y: 3 * BOX_HEIGHT + 2 * GAP + 18,
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

import type { InputShape } from '../../../shared/experiment/family'
import type { HrmModel } from '../../../shared/experiment/models/hrm'
import type { HrmStemModel } from '../../../shared/experiment/models/hrm-stem'
import { DIAGRAM_WIDTH, row, size } from './diagram-shapes'
import type { Diagram, DiagramArrow, DiagramBox, DiagramText } from './diagram-shapes'

type Model = HrmModel | HrmStemModel

/** Columns of a segment that are drawn; a longer one is cut in its middle. */
const MOST_COLUMNS = 12
/** Segments that are drawn one by one. */
const MOST_SEGMENTS = 6
const LABEL = 52
const FRAME_TOP = 60
const HIGH_TOP = FRAME_TOP + 30
const LOW_TOP = HIGH_TOP + 58
const MODULE_HEIGHT = 32
const FRAME_HEIGHT = 166
const SEGMENTS_TOP = FRAME_TOP + FRAME_HEIGHT + 26
const HEAD_TOP = SEGMENTS_TOP + 50
/** Below the last row: what a strong box means. */
const NOTE_TOP = HEAD_TOP + 58

/** A low step of a segment that is drawn, counted from 1; null: some are left out here. */
export type Column = number | null

/** Which of N·T low steps are drawn: all, or the first and last few. */
export function columnsOf(steps: number): Column[] {
  const all = Array.from({ length: steps }, (_, i) => i + 1)
  if (steps <= MOST_COLUMNS) return all
  const side = Math.floor((MOST_COLUMNS - 1) / 2)
  return [...all.slice(0, side), null, ...all.slice(-side)]
}

/** An HRM, behind patches or a stem: its input, one segment unrolled, the segments of a batch, its head. */
export function recurrentDiagram(model: Model, input: InputShape): Diagram {
  const tokens = tokensOf(model, input)
  const entry = entryRow(model, input, tokens)
  const segment = unrolled(model)
  const chain = segmentChain(model)
  const head = headRow(model, input)
  const { width, heads, layersPerModule: blocks, highCycles: N, lowSteps: T } = model
  const middle = DIAGRAM_WIDTH / 2
  return {
    height: NOTE_TOP + 24,
    boxes: [...entry.boxes, ...segment.boxes, ...chain.boxes, ...head.boxes],
    arrows: [
      ...entry.arrows,
      { from: [middle, 40], to: [middle, FRAME_TOP] },
      ...segment.arrows,
      ...chain.arrows,
      { from: [middle, SEGMENTS_TOP + 24], to: [middle, HEAD_TOP] },
      ...head.arrows,
    ],
    texts: [
      { x: 8, y: FRAME_TOP + 18, text: `A segment: N = ${N} high cycles of T = ${T} low steps` },
      ...segment.texts,
      {
        x: 8,
        y: FRAME_TOP + FRAME_HEIGHT - 9,
        text: `Each module: ${counted(blocks, 'block')}, width ${width}, ${counted(heads, 'head')} of ${width / heads}`,
      },
      ...chain.texts,
      { x: 0, y: NOTE_TOP, text: 'Strong and marked ∇: with gradient. The other steps' },
      { x: 0, y: NOTE_TOP + 16, text: 'and what passes between segments have none.' },
    ],
    frames: [{ x: 0, y: FRAME_TOP, width: DIAGRAM_WIDTH, height: FRAME_HEIGHT }],
    description: describe(model, input, tokens),
  }
}

const counted = (count: number, what: string): string => `${count} ${what}${count === 1 ? '' : 's'}`

/** S: the CLS token and one for each patch or cell. */
function tokensOf(model: Model, { height, width }: InputShape): number {
  const side = model.family === 'hrm' ? model.patch : 4
  return 1 + (height / side) * (width / side)
}

function entryRow(model: Model, { height, width, channels }: InputShape, tokens: number) {
  const image = { title: 'Image', detail: size(height, width, channels) }
  const last = { title: 'Tokens', detail: size(tokens, model.width) }
  if (model.family === 'hrm') {
    const grid = size(height / model.patch, width / model.patch)
    return row(0, [image, { title: `${grid} patches`, detail: `of ${size(model.patch, model.patch)} px` }, last])
  }
  const stages = [
    { title: 'Conv, pool', detail: size(height / 2, width / 2, model.stemWidth) },
    { title: 'Conv, pool', detail: size(height / 4, width / 4, model.width) },
  ]
  return row(0, [image, ...stages, last], 10)
}

/** The low steps of one segment in a row, above them the high step that ends each cycle. */
function unrolled({ highCycles: N, lowSteps: T, layersPerModule: layers }: Model) {
  const columns = columnsOf(N * T)
  const pitch = (DIAGRAM_WIDTH - LABEL - 8) / columns.length
  const width = Math.min(44, pitch - 6)
  const center = (i: number): number => LABEL + pitch * (i + 0.5)
  const boxes: DiagramBox[] = []
  const arrows: DiagramArrow[] = []
  const texts: DiagramText[] = [
    { x: 8, y: HIGH_TOP + 20, text: 'High' },
    { x: 8, y: LOW_TOP + 20, text: 'Low' },
  ]
  let highAt: number | null = null
  columns.forEach((step, i) => {
    const x = center(i)
    if (step === null) return void texts.push({ x, y: LOW_TOP + 20, text: '…', anchor: 'middle' })
    const strong = step === N * T
    const at = { x: x - width / 2, width, height: MODULE_HEIGHT, layers, strong, title: strong ? '∇' : '' }
    boxes.push({ ...at, y: LOW_TOP })
    const middle = LOW_TOP + MODULE_HEIGHT / 2
    if (i > 0 && columns[i - 1] !== null)
      arrows.push({ from: [center(i - 1) + width / 2, middle], to: [x - width / 2, middle] })
    if (step % T !== 0) return
    boxes.push({ ...at, y: HIGH_TOP })
    arrows.push({ from: [x, LOW_TOP], to: [x, HIGH_TOP + MODULE_HEIGHT], strong })
    const high = HIGH_TOP + MODULE_HEIGHT / 2
    if (highAt !== null) arrows.push({ from: [highAt + width / 2, high], to: [x - width / 2, high] })
    highAt = x
    // What the next cycle's low steps begin with.
    if (i + 1 < columns.length && columns[i + 1] !== null)
      arrows.push({ from: [x + width / 2, HIGH_TOP + MODULE_HEIGHT], to: [center(i + 1), LOW_TOP] })
  })
  return { boxes, arrows, texts }
}

/** The M segments of a training batch, one after the other. */
function segmentChain({ segmentsTrain: M, segmentsEval }: Model) {
  const drawn = M <= MOST_SEGMENTS ? M : MOST_SEGMENTS - 1
  const pitch = 34
  const boxes: DiagramBox[] = Array.from({ length: drawn }, (_, i) => ({
    ...{ x: 4 + i * pitch, y: SEGMENTS_TOP, width: 24, height: 24 },
    title: drawn < M && i === drawn - 1 ? String(M) : String(i + 1),
  }))
  const arrows = boxes.slice(1).map(({ x }): DiagramArrow => {
    const middle = SEGMENTS_TOP + 12
    return { from: [x - (pitch - 24), middle], to: [x, middle] }
  })
  const cut = drawn < M ? ', some left out' : ''
  const texts: DiagramText[] = [
    { x: 0, y: SEGMENTS_TOP - 8, text: `M = ${M} in training, a step after each${cut}; ${segmentsEval} in evaluation` },
  ]
  return { boxes, arrows, texts }
}

const headRow = ({ width, act }: Model, { classes }: InputShape) => {
  const answer = { title: 'Answer', detail: act ? `${classes} classes, halt` : `${classes} classes` }
  const moved = row(HEAD_TOP, [
    { title: 'CLS token', detail: `${width} numbers` },
    { title: 'Head', detail: `${width} → ${classes}${act ? ' + 2' : ''}` },
    answer,
  ])
  return moved
}

function describe(model: Model, { height, width, channels, classes }: InputShape, tokens: number): string {
  const { highCycles: N, lowSteps: T, segmentsTrain: M, segmentsEval, layersPerModule, act } = model
  const entry =
    model.family === 'hrm'
      ? `is cut into patches of ${size(model.patch, model.patch)} pixels`
      : `passes two stages of convolution and pooling with ${model.stemWidth} and ${model.width} channels`
  return (
    `An image of ${size(height, width, channels)} ${entry}: ${tokens} tokens of ${model.width} numbers, CLS among them. ` +
    `A segment has N = ${N} high cycles of T = ${T} low steps: ${N * T} calls of the low and ${N} of the high module. ` +
    `Each module has ${counted(layersPerModule, 'block')} with ${counted(model.heads, 'attention head')}. ` +
    'Only the last low and the last high step have a gradient. ' +
    `A training batch passes M = ${M} segments with an optimizer step after each, the state handed on without gradient; ` +
    `evaluation ${segmentsEval}. The CLS token goes to a head for ${classes} classes` +
    `${act ? ', with two more outputs that say halt or go on' : ''}.`
  )
}

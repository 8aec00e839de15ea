import type { InputShape } from '../../../shared/experiment/family'
import type { HrmModel } from '../../../shared/experiment/models/hrm'
import type { HrmStemModel } from '../../../shared/experiment/models/hrm-stem'
import { below, BOX_HEIGHT, DIAGRAM_WIDTH, row, size } from './diagram-shapes'
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
const SEGMENTS_TOP = FRAME_TOP + FRAME_HEIGHT + 30
/** Below the last row: what a strong box means. */
const NOTE_TOP = SEGMENTS_TOP + BOX_HEIGHT + 22

/** A low step of a segment that is drawn, counted from 1; null: some are left out here. */
export type Column = number | null

/** Which of N·T low steps are drawn: all, or the first and last few. */
export function columnsOf(steps: number): Column[] {
  const all = upTo(steps)
  if (steps <= MOST_COLUMNS) return all
  const side = Math.floor((MOST_COLUMNS - 1) / 2)
  return [...all.slice(0, side), null, ...all.slice(-side)]
}

/** An HRM, behind patches or a stem: its input, one segment unrolled, the segments of a batch, its head. */
export function recurrentDiagram(model: Model, input: InputShape): Diagram {
  const tokens = tokensOf(model, input)
  const entry = entryRow(model, input, tokens)
  const segment = unrolled(model)
  const chain = segmentChain(model, input)
  const { width, heads, layersPerModule: blocks, highCycles: N, lowSteps: T } = model
  return {
    height: NOTE_TOP + 24,
    boxes: [...entry.boxes, ...segment.boxes, ...chain.boxes],
    arrows: [
      ...entry.arrows,
      below(entry.boxes.at(-1)!, FRAME_TOP - BOX_HEIGHT),
      ...segment.arrows,
      { from: [12, FRAME_TOP + FRAME_HEIGHT], to: [12, SEGMENTS_TOP + 8] },
      ...chain.arrows,
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
  // Four boxes are narrow: no spaces.
  const tight = (...sides: number[]): string => sides.join('×')
  const stages = [
    { title: 'Conv, pool', detail: tight(height / 2, width / 2, model.stemWidth) },
    { title: 'Conv, pool', detail: tight(height / 4, width / 4, model.width) },
  ]
  return row(0, [{ ...image, detail: tight(height, width, channels) }, ...stages, last], { gap: 10 })
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
    if (step === null) {
      for (const y of [HIGH_TOP, LOW_TOP]) texts.push({ x, y: y + 20, text: '…', anchor: 'middle' })
      highAt = null
      return
    }
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

/** The M segments of a training batch, one after the other, and the head that reads the last one's CLS token. */
function segmentChain({ segmentsTrain: M, segmentsEval, width, act }: Model, { classes }: InputShape) {
  const numbers: Column[] = M <= MOST_SEGMENTS ? upTo(M) : [...upTo(MOST_SEGMENTS - 2), null, M]
  const [side, gap] = [24, 10]
  const at = (i: number): number => i * (side + gap)
  const middle = SEGMENTS_TOP + BOX_HEIGHT / 2
  const texts: DiagramText[] = [
    { x: 28, y: SEGMENTS_TOP - 6, text: `M = ${M} in training, a step after each; ${segmentsEval} in evaluation` },
  ]
  const boxes: DiagramBox[] = []
  const arrows: DiagramArrow[] = []
  numbers.forEach((number, i) => {
    if (number === null) texts.push({ x: at(i) + side / 2, y: middle + 4, text: '…', anchor: 'middle' })
    else boxes.push({ x: at(i), y: middle - side / 2, width: side, height: side, title: String(number) })
    arrows.push({ from: [at(i) + side, middle], to: [at(i + 1), middle] })
  })
  const x = at(numbers.length)
  const head = `${width} → ${classes} classes${act ? ' and halt' : ''}`
  const room = Math.min(150, DIAGRAM_WIDTH - x)
  boxes.push({ x, y: SEGMENTS_TOP, width: room, height: BOX_HEIGHT, title: 'Head on CLS', detail: head })
  return { boxes, arrows, texts }
}

const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i + 1)

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

import { describe, expect, it } from 'vitest'
import type { Configuration } from '../../../shared/experiment/configuration'
import { withValue } from '../../../shared/experiment/paths'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { diagramOf } from './diagram'
import { columnsOf } from './diagram-recurrent'
import { DIAGRAM_WIDTH } from './diagram-shapes'

const presetOf = (name: string) => presets.find((p) => p.name === name)!
const draw = (name: string, changes: Record<string, unknown> = {}) => {
  const start: Configuration = presetConfiguration(presetOf(name))
  const { model } = Object.entries(changes).reduce((tree, [path, value]) => withValue(tree, path, value), start)
  return diagramOf(model, presetOf(name).input)
}
/** Boxes of the modules: those that are stacks of blocks. */
const calls = (diagram: ReturnType<typeof draw>) => diagram.boxes.filter(({ layers }) => layers !== undefined)

describe.each(presets)('diagram of $name', ({ name }) => {
  const diagram = draw(name)
  it('stays within its frame and says everything in words', () => {
    for (const { x, y, width, height } of [...diagram.boxes, ...diagram.frames]) {
      expect(x).toBeGreaterThanOrEqual(0)
      expect(x + width).toBeLessThanOrEqual(DIAGRAM_WIDTH + 1e-9)
      expect(y + height).toBeLessThanOrEqual(diagram.height)
    }
    expect(diagram.description).toContain(`${presetOf(name).input.classes} classes`)
  })
})

describe('HRM', () => {
  it('has N·T low and N high calls, the last of each with gradient', () => {
    const boxes = calls(draw('hrm-mnist'))
    expect(boxes).toHaveLength(2 * 3 + 2)
    const strong = boxes.filter((box) => box.strong)
    expect(strong.map(({ title }) => title)).toEqual(['∇', '∇'])
    const last = Math.max(...boxes.map(({ x }) => x))
    expect(strong.every(({ x }) => x === last)).toBe(true)
    expect(calls(draw('hrm-mnist', { 'model.highCycles': 3, 'model.lowSteps': 4 }))).toHaveLength(12 + 3)
  })

  it('follows depth, segments, tokens and heads', () => {
    expect(calls(draw('hrm-cifar10')).every(({ layers }) => layers === 3)).toBe(true)
    const words = (diagram: ReturnType<typeof draw>) => diagram.texts.map(({ text }) => text).join('\n')
    expect(words(draw('hrm-cifar10'))).toMatch(/3 blocks, width 192, 6 heads of 32/)
    expect(words(draw('hrm-mnist', { 'model.segmentsTrain': 4 }))).toMatch(/M = 4 in training/)
    expect(draw('hrm-mnist').boxes.map(({ detail }) => detail)).toContain('50 × 128')
    expect(draw('hrm-mnist', { 'model.patch': 7 }).description).toContain('17 tokens')
    expect(draw('hrm-stem-cifar10').boxes.map(({ detail }) => detail)).toEqual(
      expect.arrayContaining(['16×16×64', '8×8×128', '65 × 128']),
    )
    expect(draw('hrm-mnist', { 'model.act': true }).description).toMatch(/halt/)
  })

  it('cuts a long segment in its middle and keeps its end', () => {
    expect(columnsOf(12)).toHaveLength(12)
    expect(columnsOf(64)).toEqual([1, 2, 3, 4, 5, null, 60, 61, 62, 63, 64])
    const long = draw('hrm-mnist', { 'model.highCycles': 64, 'model.lowSteps': 64, 'model.segmentsTrain': 64 })
    expect(calls(long).filter(({ strong }) => strong)).toHaveLength(2)
    expect(Math.max(...long.boxes.map(({ x, width }) => x + width))).toBeLessThanOrEqual(DIAGRAM_WIDTH)
    expect(long.height).toBe(draw('hrm-mnist').height)
    expect(long.boxes.map(({ title }) => title)).toContain('64')
  })
})

it('leads from each box of the CNN to the next: every arrow begins and ends at a box', () => {
  const { boxes, arrows } = draw('cnn-cifar10')
  expect(arrows).toHaveLength(boxes.length - 1)
  const touches = ([x, y]: readonly [number, number], box: (typeof boxes)[number]) =>
    x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height
  arrows.forEach(({ from, to }, i) => {
    expect(touches(from, boxes[i]!)).toBe(true)
    expect(touches(to, boxes[i + 1]!)).toBe(true)
  })
})

it('shows the sizes between the CNN’s stages', () => {
  const details = draw('cnn-cifar10').boxes.map(({ detail }) => detail)
  expect(details).toEqual(expect.arrayContaining(['32 × 32 × 64', '16 × 16 × 64', '16 × 16 × 128', '8 × 8 × 128']))
  expect(details).toContain('128 → 10')
  expect(draw('cnn-cifar10', { 'model.dropout': 0.2 }).description).toContain('dropout 0.2')
})

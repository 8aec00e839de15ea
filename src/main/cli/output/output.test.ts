import { describe, expect, it } from 'vitest'
import { ProgressLine } from './progress'
import { printable, table } from './table'

describe('table', () => {
  it('aligns columns and shows control characters instead of obeying them', () => {
    const text = table(
      [{ head: 'name' }, { head: 'n', align: 'right' }],
      [
        ['a\u001b[31m', '5'],
        ['bb', '12'],
      ],
    )
    expect(text.split('\n')).toEqual(['name        n', 'a\\x1b[31m   5', 'bb         12'])
    expect(printable('a\nb')).toBe('a\\x0ab')
  })
})

describe('ProgressLine', () => {
  const record = (isTTY: boolean) => {
    const written: string[] = []
    let now = 0
    const line = new ProgressLine({ isTTY, columns: 60, write: (text) => written.push(text) }, () => now)
    return { line, written, pass: (ms: number) => (now += ms) }
  }

  it('rewrites one line on a terminal, at most ten times a second', () => {
    const { line, written, pass } = record(true)
    line.update(0.5, 'batch 1')
    line.update(0.6, 'batch 2')
    pass(150)
    line.update(0.7, 'batch 3')
    expect(written).toHaveLength(2)
    expect(written[0]).toContain('██████████░░░░░░░░░░ batch 1')
    expect(written[1]).toContain('batch 3')
  })

  it('writes a plain line every ten seconds elsewhere', () => {
    const { line, written, pass } = record(false)
    for (let second = 0; second < 25; second++) {
      line.update(second / 25, `second ${second}`)
      pass(1000)
    }
    expect(written).toEqual(['0 % second 0\n', '40 % second 10\n', '80 % second 20\n'])
  })
})

import { expect, it } from 'vitest'
import { contentDisposition } from './content-disposition'

it('names files in letters that end no header, and shows all in place but pages', () => {
  expect(contentDisposition('0001-a-loss.png')).toBe('inline; filename="0001-a-loss.png"')
  expect(contentDisposition('a"b\r\n.csv')).toBe('inline; filename="a_b__.csv"')
  expect(contentDisposition('comparison-0001-0002-report.html')).toMatch(/^attachment; /)
})

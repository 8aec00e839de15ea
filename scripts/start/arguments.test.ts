import { expect, it } from 'vitest'
import { readArguments, wantsWindow } from './arguments.mjs'

it.each([
  [['train', '--engine', 'cpu'], { engine: 'cpu', need: 'required' }],
  [['--engine=cuda', 'reproduce', 'hrm-mnist'], { engine: 'cuda', need: 'required' }],
  [['--engine', 'cpu', 'resume', 'r1'], { engine: 'cpu', need: 'required' }],
  [['--home', 'train', 'runs'], { engine: 'auto', need: 'useful' }],
  [['train', '--engine', 'tpu'], { engine: 'auto', need: 'required' }],
  [['train', '--backend', 'cpu'], { engine: 'auto', need: 'none' }],
  [['train', '--backend=cpu'], { engine: 'auto', need: 'none' }],
  [['train', '--help'], { engine: 'auto', need: 'none' }],
  [['--version'], { engine: 'auto', need: 'none' }],
  [['engine', '--repair'], { engine: 'auto', need: 'none' }],
  [['engine'], { engine: 'auto', need: 'useful' }],
  [['runs'], { engine: 'auto', need: 'useful' }],
  [[], { engine: 'auto', need: 'useful' }],
])('%j', (args, wanted) => {
  expect(readArguments(args)).toEqual(wanted)
})

it.each([
  [[], true],
  [['--home', 'elsewhere'], true],
  [['--engine=cpu', '--threads', '2'], true],
  [['serve'], false],
  [['--home', 'elsewhere', 'runs'], false],
  [['--help'], false],
  [['-V'], false],
])('whether %j wants the window: %j', (args, window) => {
  expect(wantsWindow(args)).toBe(window)
})

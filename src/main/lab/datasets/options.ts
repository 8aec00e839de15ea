/** What can be chosen about an import, checked. */
import { LabError } from '../../../shared/errors'
import type { PublicSet } from './public/catalog'

/** How to import; what is left out has its default. */
export interface ImportOptions {
  /** A file, a folder, or `mnist`. */
  readonly path: string
  /** The public data set that the path holds, when the lab itself has brought it. */
  readonly published?: Pick<PublicSet, 'key' | 'classNames'> | undefined
  /** Folder that holds all data sets; the new one becomes a folder in it. */
  readonly dataSetsFolder: string
  /** Default: after the source. */
  readonly name?: string | undefined
  /** Side of the square images. Default: 32 for class folders, native for IDX and CIFAR. */
  readonly size?: number | undefined
  /** Default: crop. */
  readonly fit?: 'crop' | 'pad' | 'stretch' | undefined
  /** Default: 3, or 1 when all images are gray. */
  readonly channels?: 1 | 3 | undefined
  /** Behind transparency and padding: #rrggbb, #rgb, white, black or gray. Default: white. */
  readonly background?: string | undefined
  /** Chooses the images of a test or validation part that is cut. Default: 0. */
  readonly splitSeed?: number | undefined
  /** Share of the training part that becomes the validation part, 0 ≤ share < 1. Default: 0. */
  readonly validationShare?: number | undefined
  /** CIFAR-100: the 20 coarse labels. Default: false. */
  readonly coarse?: boolean | undefined
}

/** Options whose defaults do not depend on the source are filled in; colours are `#rrggbb`. */
export interface CheckedOptions extends ImportOptions {
  readonly fit: 'crop' | 'pad' | 'stretch'
  readonly background: string
  readonly splitSeed: number
  readonly validationShare: number
  readonly coarse: boolean
}

const MAX_SIZE = 1024
const colourNames: Readonly<Record<string, string>> = {
  white: '#ffffff',
  black: '#000000',
  gray: '#808080',
  grey: '#808080',
}

/** Checks the options and fills in defaults. @throws LabError 'bad-input' naming the option and its rule. */
export function checkOptions(options: ImportOptions): CheckedOptions {
  const { size, fit = 'crop', channels, splitSeed = 0, validationShare = 0, coarse = false } = options
  demand(
    size === undefined || (Number.isInteger(size) && size >= 1 && size <= MAX_SIZE),
    'size',
    size,
    `a whole number from 1 to ${MAX_SIZE}`,
  )
  demand(['crop', 'pad', 'stretch'].includes(fit), 'fit', fit, 'crop, pad or stretch')
  demand(channels === undefined || [1, 3].includes(channels), 'channels', channels, '1 or 3')
  demand(
    Number.isInteger(splitSeed) && splitSeed >= 0 && splitSeed <= 0xffffffff,
    'split seed',
    splitSeed,
    'a whole number from 0 to 4294967295',
  )
  demand(validationShare >= 0 && validationShare < 1, 'validation share', validationShare, 'from 0 to less than 1')
  return { ...options, fit, splitSeed, validationShare, coarse, background: colour(options.background ?? 'white') }
}

function demand(holds: boolean, name: string, value: unknown, rule: string): void {
  if (!holds) throw new LabError('bad-input', `The import’s ${name} cannot be ${String(value)}.`, `It must be ${rule}.`)
}

function colour(value: string): string {
  const plain = (colourNames[value.toLowerCase()] ?? value).toLowerCase()
  const long = /^#[0-9a-f]{3}$/.test(plain) ? plain.replace(/[0-9a-f]/g, '$&$&') : plain
  demand(/^#[0-9a-f]{6}$/.test(long), 'background', value, 'a colour such as #ffffff, white or black')
  return long
}

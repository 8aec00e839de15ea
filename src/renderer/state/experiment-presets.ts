import type { DataSetManifest } from '../../shared/data/dataset'
import type { InputShape } from '../../shared/experiment/family'
import { presets, type Preset } from '../../shared/experiment/presets'
import { checkModel } from '../../shared/experiment/registry'

/** How a preset goes with a data set: made for it, can be used as it is, or breaks a rule. */
export const presetFits = ['made', 'fits', 'unfit'] as const
export type PresetFit = (typeof presetFits)[number]

export interface PresetChoice {
  readonly preset: Preset
  readonly fit: PresetFit
}

/** What a model must know of a data set's images. */
export const shapeOf = ({ height, width, channels, classes }: DataSetManifest): InputShape => ({
  height,
  width,
  channels,
  classes: classes.length,
})

const sameImages = (a: InputShape, b: InputShape): boolean =>
  a.height === b.height && a.width === b.width && a.channels === b.channels

/**
 * The presets for a data set, those that go best with it first; the tests' own only on images of their size.
 * @param manifest null: no data set, and all are as good
 */
export function presetChoices(manifest: DataSetManifest | null): readonly PresetChoice[] {
  const forPeople = presets.filter(({ name }) => !name.startsWith('testing-'))
  if (!manifest) return forPeople.map((preset) => ({ preset, fit: 'fits' }))
  const shape = shapeOf(manifest)
  const fitOf = ({ data, model, input }: Preset): PresetFit => {
    if (checkModel(model, shape).length > 0) return 'unfit'
    return data === null ? (sameImages(input, shape) ? 'made' : 'fits') : data === manifest.known ? 'made' : 'fits'
  }
  /** How far images are from those a preset is made for: channels first, then pixels. */
  const apart = ({ input }: Preset): number =>
    Math.abs(input.channels - shape.channels) * 1e6 + Math.abs(input.height - shape.height)
  return presets
    .filter((preset) => forPeople.includes(preset) || sameImages(preset.input, shape))
    .map((preset) => ({ preset, fit: fitOf(preset) }))
    .sort((a, b) => presetFits.indexOf(a.fit) - presetFits.indexOf(b.fit) || apart(a.preset) - apart(b.preset))
}

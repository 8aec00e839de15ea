import type { ImportChoices, InspectionView } from '../../shared/contract/data-sets'

/** What a person set in the import sheet; null stands for the default, or for a field left empty. */
export interface ImportForm {
  name: string
  /** 'default': what the reader takes by itself; 'other': the number in `otherSize`. */
  size: 'default' | '28' | '32' | '48' | '64' | 'other'
  otherSize: number | null
  fit: 'crop' | 'pad' | 'stretch'
  channels: 'default' | '1' | '3'
  background: string
  /** Percent of each class's training images. */
  validation: number | null
  splitSeed: number | null
  coarse: boolean
}

/** What is wrong with a field, by field. */
export type FormProblems = Partial<Record<'name' | 'otherSize' | 'validation' | 'splitSeed', string>>

export const newForm = (): ImportForm => ({
  name: '',
  size: 'default',
  otherSize: null,
  fit: 'crop',
  channels: 'default',
  background: '#ffffff',
  validation: 0,
  splitSeed: 0,
  coarse: false,
})

const whole = (value: number | null, from: number, to: number): boolean =>
  value !== null && Number.isInteger(value) && value >= from && value <= to

/** Every field that cannot be used, with the rule it breaks. */
export function formProblems(form: ImportForm): FormProblems {
  const { name, size, otherSize, validation, splitSeed } = form
  return {
    ...(name.trim() === '' ? { name: 'Give it a name.' } : {}),
    ...(size === 'other' && !whole(otherSize, 1, 1024) ? { otherSize: 'A whole number from 1 to 1024.' } : {}),
    ...(validation === null || validation < 0 || validation > 90 ? { validation: 'From 0 to 90 percent.' } : {}),
    ...(whole(splitSeed, 0, 0xffffffff) ? {} : { splitSeed: 'A whole number from 0 to 4294967295.' }),
  }
}

/** The form as the lab takes it; only for one without problems. What is the default is left out. */
export function choicesOf(form: ImportForm): ImportChoices {
  const { size, otherSize, channels, validation, splitSeed, coarse } = form
  const side = size === 'other' ? otherSize : size === 'default' ? null : Number(size)
  return {
    name: form.name.trim(),
    ...(side === null ? {} : { size: side }),
    fit: form.fit,
    ...(channels === 'default' ? {} : { channels: channels === '1' ? 1 : 3 }),
    background: form.background,
    splitSeed: splitSeed ?? 0,
    validationShare: (validation ?? 0) / 100,
    ...(coarse ? { coarse } : {}),
  }
}

/** The choices that change how images look; null while the form cannot be used. */
export function previewChoices(form: ImportForm): ImportChoices | null {
  const problems = formProblems(form)
  if (problems.otherSize) return null
  const { size, fit, channels, background, coarse } = choicesOf(form)
  return {
    ...(size === undefined ? {} : { size }),
    ...(fit === undefined ? {} : { fit }),
    ...(channels === undefined ? {} : { channels }),
    ...(background === undefined ? {} : { background }),
    ...(coarse === undefined ? {} : { coarse }),
  }
}

const readers: Readonly<Record<InspectionView['reader'], string>> = {
  folder: 'Class folders',
  idx: 'IDX files, as MNIST',
  cifar10: 'CIFAR-10, binary version',
  cifar100: 'CIFAR-100, binary version',
}
/** What a reader reads, for a person. */
export const readerName = (reader: InspectionView['reader']): string => readers[reader]

/** The size images get when none is chosen. */
export const defaultSize = ({ native }: InspectionView): string =>
  native ? `${native.width} × ${native.height}, as it is` : '32 × 32'

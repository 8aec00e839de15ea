import type { PaperExperiment } from '../../../shared/contract/paper'

const dataNames = { mnist: 'MNIST', cifar10: 'CIFAR-10', cifar100: 'CIFAR-100' } as const

/** A public data set's name for people. */
export const dataName = ({ data }: Pick<PaperExperiment, 'data'>): string => dataNames[data]

/** An experiment's name for people: HRM on CIFAR-10. */
export const experimentName = (experiment: Pick<PaperExperiment, 'data' | 'preset'>): string =>
  `${experiment.preset.startsWith('hrm') ? 'HRM' : 'CNN'} on ${dataName(experiment)}`

/** Ours less published in points of percent, with its sign: +0.4; null where a number is missing. */
export function points(ours: number | null | undefined, published: number | null): string | null {
  if (ours === null || ours === undefined || published === null) return null
  const difference = (100 * (ours - published)).toFixed(1)
  if (Number(difference) === 0) return '±0.0'
  return `${difference.startsWith('-') ? '−' : '+'}${difference.replace('-', '')}`
}

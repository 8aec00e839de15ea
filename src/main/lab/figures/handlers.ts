import { join } from 'node:path'
import type { paperRequests } from '../../../shared/contract/paper'
import type { PictureQuery } from '../../../shared/exports/files'
import { LabError } from '../../../shared/errors'
import { presets } from '../../../shared/experiment/presets'
import { PAPER } from '../../../shared/experiment/published'
import type { Handlers } from '../contract/dispatch'
import type { Estimator } from '../experiments/estimate'
import type { Lab } from '../lab'
import { publishedRecord, publishedView } from '../paper'
import { paperCandidates } from './candidates'
import { experimentView } from './experiment-view'
import { exportFigures } from './figures'
import { paperFigures } from './paper-list'

/** Answers about the paper's experiments, its figures and its tables. */
export const paperHandlers = (
  lab: Lab,
  estimator: Pick<Estimator, 'estimateFor'>,
): Handlers<keyof typeof paperRequests> => ({
  'paper.get': async () => {
    const candidates = paperCandidates(lab)
    const experiments = paperFigures.map(({ preset: name }) => {
      const preset = presets.find((one) => one.name === name)!
      return experimentView(lab, { preset, record: publishedRecord(name)!, candidates }, estimator)
    })
    return { source: PAPER, experiments: await Promise.all(experiments) }
  },
  'paper.published': ({ preset }) => {
    const record = publishedRecord(preset)
    if (record) return publishedView(record)
    throw new LabError('not-found', `Nothing is published of ${preset}.`)
  },
  'paper.figures': async (choices) => {
    const folder = join(lab.home.folder, 'exports', 'paper')
    return { folder, items: await exportFigures(lab, folder, choices as PictureQuery) }
  },
})

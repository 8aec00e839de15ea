import type { disagreementRequests } from '../../../shared/contract/disagreement'
import type { Handlers } from '../contract/dispatch'
import type { Lab } from '../lab'
import { disagreeingImages, disagreement } from './disagreement'
import { bothMatrices, cellImages } from './matrices'

/** Answers about what runs get wrong where others do not. */
export function disagreementHandlers(lab: Lab): Handlers<keyof typeof disagreementRequests> {
  return {
    'disagreement.compare': (question) => disagreement(lab, question),
    'disagreement.images': ({ wrong, label, ...question }) => ({
      indices: disagreeingImages(lab, question, wrong, label),
    }),
    'disagreement.confusion': ({ a, b, ...subject }) => bothMatrices(lab, a, b, subject),
    'disagreement.cell': ({ run, truth, predicted, ...subject }) => ({
      indices: cellImages(lab, run, [truth, predicted], subject),
    }),
  }
}

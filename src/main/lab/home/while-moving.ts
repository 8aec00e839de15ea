import type { RequestName } from '../../../shared/contract/contract'
import type { Dispatch } from '../contract/dispatch'
import type { HomeMove } from './home-move'

/** What is answered while the lab's folder is copied: it changes nothing in it. All else would be lost, or spoil the copy. */
const reading: ReadonlySet<string> = new Set<RequestName>([
  ...(['lab.state', 'settings.get', 'engine.describe'] as const),
  ...(['home.describe', 'home.check', 'home.move', 'home.cancel'] as const),
  ...(['dataSets.list', 'dataSets.get', 'dataSets.image', 'dataSets.images', 'dataSets.imports'] as const),
  ...(['dataSets.public', 'files.list', 'experiments.estimate', 'queue.get', 'marks.list'] as const),
  ...(['runs.list', 'runs.get', 'runs.log', 'runs.curves', 'runs.published', 'compare.runs'] as const),
  ...(['confusion.get', 'confusion.trend', 'inside.segments', 'paper.get', 'paper.published'] as const),
  ...(['images.find', 'images.one', 'images.part', 'images.predictions'] as const),
  ...(['disagreement.cell', 'disagreement.compare', 'disagreement.confusion', 'disagreement.images'] as const),
])

/**
 * Answers requests while the lab may be moved. What reads is answered all the time; what a window wants remembered waits for the
 * end of a move; what else would write is refused.
 * @param requests told how many that may write are being answered
 */
export const whileMoving =
  (dispatch: Dispatch, move: Pick<HomeMove, 'ended'>, requests: { writing: number }): Dispatch =>
  async (name, given) => {
    if (reading.has(name)) return dispatch(name, given)
    if (name === 'settings.set') await move.ended
    if (move.ended) return { ok: false, error: refusal }
    requests.writing++
    try {
      return await dispatch(name, given)
    } finally {
      requests.writing--
    }
  }

const refusal = {
  kind: 'moving',
  message: 'The lab is being moved to another folder: nothing can be changed meanwhile.',
  hint: 'Wait for the end of the move, or cancel it in Settings.',
  details: null,
}

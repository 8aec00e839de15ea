import type { experimentRequests } from '../../../shared/contract/experiments'
import type { Handlers } from '../contract/dispatch'
import type { Lab } from '../lab'
import type { Run } from '../runs/runs'
import type { Estimator } from './estimate'

/**
 * Answers about experiments.
 * @param enqueue puts a queued run at the end of the lab's queue
 */
export const experimentHandlers = (
  lab: Lab,
  enqueue: (run: Run) => void,
  estimator: Estimator,
): Handlers<keyof typeof experimentRequests> => ({
  'experiments.start': ({ name, configuration, dataSet, seeds }) => {
    const runs = lab.runs.create({ name, configuration, dataSet: lab.dataSets.get(dataSet), seeds })
    runs.forEach(enqueue)
    return { runs: runs.map(({ id }) => id) }
  },
  'experiments.estimate': ({ configuration, dataSet }) => estimator.estimate(configuration, dataSet),
})

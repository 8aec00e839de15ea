import { PAPER } from '../../../../shared/experiment/published'
import { confusionRows, evaluationOf, lastConfusion, type RunExport } from '../data'
import { summarise } from '../summary'

/** Version of run.json's form. */
const RUN_JSON_VERSION = 1

/** run.json: everything that made the run and what came of it, save the long tables beside it. */
export function runJson(run: RunExport): string {
  const last = lastConfusion(run)
  const content = {
    format: { name: 'hrm-lab run', version: RUN_JSON_VERSION },
    id: run.id,
    name: run.name,
    state: run.state,
    made: run.made,
    configuration: run.configuration,
    dataSet: run.dataSet,
    engine: run.engine,
    parameters: run.parameters,
    stepsPerBatch: run.stepsPerBatch,
    batchesPerEpoch: run.batchesPerEpoch,
    summary: summarise(run),
    epochs: run.epochs.map((epoch) => ({
      ...epoch,
      epoch: epoch.epoch + 1,
      evaluations: epoch.evaluations.map(({ part, images, loss, accuracy, seconds }) => ({
        part,
        images,
        loss,
        accuracy,
        seconds,
      })),
    })),
    confusion: last && {
      epoch: last.epoch + 1,
      part: 'test',
      images: evaluationOf(
        run.epochs.find(({ epoch }) => epoch === last.epoch),
        'test',
      )?.images,
      rowsAreTrueClasses: confusionRows(last.confusion),
    },
    published: run.published && { source: PAPER, preset: run.published.preset },
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

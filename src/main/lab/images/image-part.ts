import type { ImagePart } from '../../../shared/contract/images'
import { partNames, type PartName } from '../../../shared/data/dataset'
import { imagesHere, labelsOf } from '../disagreement/tested-run'
import type { Lab } from '../lab'
import { packed } from './packed'

/** A part of a run's data, and when it was evaluated. @throws LabError 'not-found' */
export function imagePart(lab: Lab, id: string, part: PartName): ImagePart {
  const run = lab.store.runs.get(id)
  const dataSet = lab.dataSets.get(run.dataSet)
  const { parts, height, width, channels, classes, hash } = dataSet.manifest
  const evaluations = lab.store.evaluations.list(run.id)
  const kept = lab.store.imagePredictions.probabilitiesEpoch(run.id, part)
  return {
    dataSet: { id: dataSet.id, name: dataSet.name, hash },
    ...{ part, offset: parts[part].offset, images: parts[part].count },
    ...{ height, width, channels, classes, imagesHere: imagesHere(lab, dataSet) },
    truth: packed(labelsOf(lab, dataSet, part)),
    evaluations: evaluations
      .filter((evaluation) => evaluation.part === part)
      .map(({ epoch, accuracy }) => ({
        ...{ epoch: epoch + 1, accuracy: Number.isFinite(accuracy) ? accuracy : null },
        probabilities: epoch === kept,
      })),
    parts: partNames
      .filter((name) => parts[name].count > 0)
      .map((name) => ({
        ...{ part: name, images: parts[name].count },
        evaluated: evaluations.some((evaluation) => evaluation.part === name),
      })),
  }
}

import type { ClassifiedView } from '../../../shared/contract/images'
import { basename } from 'node:path'
import { pixelsPng } from '../datasets/image-png'
import { prepareImage } from '../datasets/prepare-image'
import type { PreviewStore } from '../datasets/preview-store'
import type { SideEngine } from '../engine/side-engine'
import type { Lab } from '../lab'
import { rank } from './seen-image'

/** Most probable classes that are told. */
const RANKED = 10

/**
 * What the run's last weights say of an image file, prepared as the images that it was trained on.
 * @param side computes it, on one thread of its own, so that a training goes on
 * @throws LabError 'not-found' for a run without weights, 'bad-input' naming a file that is no image
 */
export async function classifyFile(
  { lab, side, previews }: { lab: Lab; side: Pick<SideEngine, 'ask'>; previews: Pick<PreviewStore, 'add'> },
  id: string,
  path: string,
): Promise<ClassifiedView> {
  const run = lab.store.runs.get(id)
  const weights = lab.runs.weights(run)
  const dataSet = lab.dataSets.get(run.dataSet)
  const { manifest } = dataSet
  const pixels = await prepareImage(path, manifest)
  const probabilities = await side.ask<'classify'>({
    ...{ kind: 'classify', weights, configuration: lab.runs.configuration(run) },
    ...{ dataSetFolder: lab.dataSets.folder(dataSet), images: pixels },
  })
  const { step, epoch } = lab.store.checkpoints.list(run.id).find(({ file }) => file === basename(weights))!
  const token = previews.add([await pixelsPng(pixels, manifest)])
  return {
    preview: `/images/preview/${token}/0.png`,
    ...{ height: manifest.height, width: manifest.width, classes: manifest.classes },
    ranked: rank(probabilities).slice(0, RANKED),
    checkpoint: { step, epoch },
  }
}

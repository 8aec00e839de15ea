import { LabError } from '../../../shared/errors'
import type { ImageInside, SegmentScores } from '../../../shared/inside/inside'
import { type Tensor1D, type Tensor2D, type Tensor4D, tf } from '../backends/tf'
import { BatchMaker } from '../data/batches'
import type { OpenDataSet } from '../data/open'
import { crossEntropy, smoothedTargets } from '../layers/cross-entropy'
import type { EngineRequest } from '../protocol'
import { argMax } from '../training/evaluation'
import { lookAtClassMaps } from './class-map'
import { type FrozenModel, withFrozenModel } from './frozen-model'
import { lookThroughSegments } from './recurrence'

type RequestOf<K extends EngineRequest['kind']> = Extract<EngineRequest, { kind: K }>

/**
 * What stored weights compute on the way to one image's answer.
 * @throws LabError when weights or data cannot be read, there is no such image, or the model has no inside to look at
 */
export const inspectImage = (request: RequestOf<'inspect'>): ImageInside =>
  withFrozenModel(request, (frozen, dataSet) => {
    const image = imageTensor(dataSet, request.image)
    const { inside, segmentsEval } = frozen.model
    try {
      switch (inside.kind) {
        case 'recurrence':
          return lookThroughSegments(frozen, inside, image, Math.max(request.segments, segmentsEval))
        case 'class-map':
          return lookAtClassMaps(frozen, image)
        case 'nothing':
          throw new LabError(
            'bad-input',
            `A model of the family ${request.configuration.model.family} shows nothing inside.`,
          )
      }
    } finally {
      image.dispose()
    }
  })

/** How right stored weights are after each segment, on some images. @throws LabError as {@link inspectImage} */
export function scoreSegments(request: RequestOf<'score-segments'>): SegmentScores {
  const began = performance.now()
  const scores = withFrozenModel(request, (frozen, dataSet) => {
    const ids = request.images.map((place) => idOf(dataSet, request.part, place))
    const { images, labels } = new BatchMaker(dataSet).make(ids)
    try {
      return score(frozen, images, labels, dataSet.input.classes, Math.max(request.segments, frozen.model.segmentsEval))
    } finally {
      tf.dispose([images, labels])
    }
  })
  return { ...scores, seconds: (performance.now() - began) / 1000 }
}

/** @param labels int32 [B] */
function score(
  frozen: FrozenModel,
  images: Tensor4D,
  labels: Tensor1D,
  K: number,
  segments: number,
): Omit<SegmentScores, 'seconds'> {
  const truth = labels.dataSync<'int32'>()
  const correct = new Uint32Array(segments)
  const loss = new Float64Array(segments)
  const visit = (segment: number, logits: Tensor2D): void => {
    const probabilities = tf.softmax(logits).dataSync<'float32'>()
    truth.forEach((label, i) => (correct[segment]! += argMax(probabilities, i * K, (i + 1) * K) === label ? 1 : 0))
    loss[segment] = crossEntropy(logits, smoothedTargets(labels, K, 0)).dataSync()[0]!
  }
  frozen.run(images, segments, (segment, { logits }) => visit(segment, logits))
  return { correct, loss }
}

function imageTensor(dataSet: OpenDataSet, image: RequestOf<'inspect'>['image']): Tensor4D {
  const { height, width, channels } = dataSet.input
  const size = height * width * channels
  const batches = new BatchMaker(dataSet)
  if ('pixels' in image) {
    if (image.pixels.length === size) return batches.fromPixels(image.pixels)
    throw new LabError(
      'bad-input',
      `${image.pixels.length} bytes are not an image of ${height} × ${width} × ${channels}.`,
    )
  }
  const pixels = new Uint8Array(size)
  dataSet.copyImage(idOf(dataSet, image.part, image.index), pixels, 0)
  return batches.fromPixels(pixels)
}

/** Id of the image at a place within a part. @throws LabError when the part is shorter */
function idOf({ manifest }: OpenDataSet, part: RequestOf<'score-segments'>['part'], place: number): number {
  const { offset, count } = manifest.parts[part]
  if (place < count) return offset + place
  throw new LabError(
    'not-found',
    `The data set ${manifest.name} has ${count} ${part} images: there is no image ${place}.`,
  )
}

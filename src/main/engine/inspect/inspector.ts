import { LabError } from '../../../shared/errors'
import type { Configuration } from '../../../shared/experiment/configuration'
import type { InputShape } from '../../../shared/experiment/family'
import { type ImageInside, SCORED_AT_ONCE, type SegmentScores } from '../../../shared/inside/inside'
import { type Tensor4D, tf } from '../backends/tf'
import { keptRecordingsOf } from '../capture/kept-recordings'
import { BatchMaker } from '../data/batches'
import { type OpenDataSet, openDataSet } from '../data/open'
import { buildModel } from '../models/registry'
import type { EngineRequest } from '../protocol'
import { readWeights } from '../training/checkpoint'
import { argMax } from '../training/evaluation'
import { lookAtClassMaps } from './class-map'
import { FrozenModel } from './frozen-model'
import { lookThroughSegments } from './recurrence'

type RequestOf<K extends EngineRequest['kind']> = Extract<EngineRequest, { kind: K }>

/** Whose weights are looked at, and on which images. */
interface Looked {
  readonly weights: string
  readonly configuration: Configuration
  readonly dataSetFolder: string
}

/**
 * Looks at stored weights. It keeps the model it looked at last with what was recorded of it, for the next look: most are at the
 * same run, or at another of the same model.
 */
export class Inspector {
  #kept: { readonly key: string; readonly frozen: FrozenModel } | null = null

  /**
   * What stored weights compute on the way to one image's answer.
   * @throws LabError when weights or data cannot be read, there is no such image, or the model has no inside to look at
   */
  inspectImage(request: RequestOf<'inspect'>): ImageInside {
    return this.#look(request, (frozen, dataSet) => {
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
  }

  /** How right stored weights are after each segment, on some images. @throws LabError as {@link inspectImage} */
  scoreSegments(request: RequestOf<'score-segments'>): SegmentScores {
    const began = performance.now()
    const scores = this.#look(request, (frozen, dataSet) => {
      const ids = request.images.map((place) => idOf(dataSet, request.part, place))
      return score(frozen, dataSet, ids, Math.max(request.segments, frozen.model.segmentsEval))
    })
    return { ...scores, seconds: (performance.now() - began) / 1000 }
  }

  /** Opens data set and weights, and hands both to `use`. Images are read one by one: a look needs few of them. */
  #look<T>(
    { weights, configuration, dataSetFolder }: Looked,
    use: (frozen: FrozenModel, dataSet: OpenDataSet) => T,
  ): T {
    const dataSet = openDataSet(dataSetFolder, 0)
    try {
      const read = readWeights(weights)
      const frozen = this.#frozen(configuration, dataSet.input)
      frozen.setWeights(read)
      return use(frozen, dataSet)
    } finally {
      dataSet.close()
    }
  }

  /** Who has a model trained operation by operation, because it cannot be one graph, has it looked at so, too. */
  #frozen({ model, training }: Configuration, input: InputShape): FrozenModel {
    const recorded = tf.getBackend() === 'tensorflow' && training.mode !== 'eager'
    const key = JSON.stringify({ model, input, recorded })
    if (this.#kept?.key === key) return this.#kept.frozen
    this.dispose()
    const kept = recorded ? keptRecordingsOf({ model, input }) : null
    const frozen = new FrozenModel(buildModel(model, input), input, { recorded, kept })
    this.#kept = { key, frozen }
    return frozen
  }

  dispose(): void {
    this.#kept?.frozen.dispose()
    this.#kept = null
  }
}

/** In pieces of one size, for which there is one graph; images that fill up the last piece count nothing. */
function score(
  frozen: FrozenModel,
  dataSet: OpenDataSet,
  ids: Uint32Array,
  segments: number,
): Omit<SegmentScores, 'seconds'> {
  const { classes } = dataSet.input
  const batches = new BatchMaker(dataSet)
  const correct = new Uint32Array(segments)
  const loss = new Float64Array(segments)
  for (let from = 0; from < ids.length; from += SCORED_AT_ONCE) {
    const piece = Uint32Array.from({ length: SCORED_AT_ONCE }, (_, i) => ids[Math.min(from + i, ids.length - 1)]!)
    const count = Math.min(SCORED_AT_ONCE, ids.length - from)
    const { images, labels } = batches.make(piece)
    try {
      frozen.run('segment', images, segments, (segment, [logits]) => {
        const values = logits!.dataSync<'float32'>()
        for (let i = 0; i < count; i++) {
          const label = dataSet.labels[piece[i]!]!
          if (argMax(values, i * classes, (i + 1) * classes) === label) correct[segment]!++
          loss[segment]! += crossEntropyOf(values.subarray(i * classes, (i + 1) * classes), label)
        }
      })
    } finally {
      tf.dispose([images, labels])
    }
  }
  return { correct, loss }
}

/** log Σ exp(logit) − logit of the label, of one image. */
function crossEntropyOf(logits: Float32Array, label: number): number {
  const most = logits.reduce((a, b) => Math.max(a, b), -Infinity)
  return most + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - most), 0)) - logits[label]!
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

import type { insideRequests } from '../../../shared/contract/inside'
import { LabError } from '../../../shared/errors'
import { SEGMENTS_SHOWN } from '../../../shared/inside/inside'
import type { Handlers } from '../contract/dispatch'
import type { EventBus } from '../contract/event-bus'
import type { SideEngine } from '../engine/side-engine'
import type { Lab } from '../lab'
import { insideView } from './image-view'
import { SegmentScoring } from './segment-scoring'
import { subject } from './subject'

/**
 * Answers about what happens inside a run's model, from its stored weights.
 * @param side what computes it
 * @param trains whether a run trains now
 */
export function insideHandlers(
  lab: Lab,
  side: Pick<SideEngine, 'ask'>,
  events: EventBus,
  trains: () => boolean,
): Handlers<keyof typeof insideRequests> {
  const scoring = new SegmentScoring(lab, side, events, trains)
  return {
    'inside.image': async ({ id, part, index }) => {
      const looked = subject(lab, id)
      const { manifest, checkpoint, dataSet } = looked
      const { offset, count } = manifest.parts[part]
      if (index >= count)
        throw new LabError('not-found', `The data set ${manifest.name} has ${count} ${part} images, none at ${index}.`)
      lab.dataSets.requirePart(looked.dataSet, part)
      const request = { kind: 'inspect', ...looked.looked, image: { part, index }, segments: SEGMENTS_SHOWN } as const
      const inside = await side.ask<'inspect'>(request)
      return {
        checkpoint: { step: checkpoint.step, epoch: checkpoint.epoch },
        image: offset + index,
        label: lab.dataSets.labels(dataSet, part)[index]!,
        classNames: manifest.classes,
        inside: insideView(looked, inside),
      }
    },
    'inside.segments': ({ id }) => scoring.view(id),
    'inside.score': ({ id }) => {
      scoring.start(id)
      return null
    },
    'inside.stop': ({ id }) => {
      scoring.stop(id)
      return null
    },
  }
}

import type { ComparedRun, compareRequests } from '../../../shared/contract/compare'
import { LabError } from '../../../shared/errors'
import { modelCost } from '../../../shared/experiment/registry'
import type { Handlers } from '../contract/dispatch'
import { inputShape } from '../datasets/data-sets'
import type { Lab } from '../lab'
import type { Run } from '../runs/runs'
import { epochViews, runView } from '../runs/view'

const GIGA = 1e9

/** Answers about comparisons. */
export function compareHandlers(lab: Lab): Handlers<keyof typeof compareRequests> {
  return {
    'compare.runs': ({ ids }) => {
      const found = ids.map((id) => ({ id, compared: comparedRun(lab, id) }))
      return {
        runs: found.flatMap(({ compared }) => compared ?? []),
        missing: found.filter(({ compared }) => compared === null).map(({ id }) => id),
      }
    },
  }
}

/** What a comparison needs of a run; null when it is not there any more. @throws LabError when its rows cannot be read */
export function comparedRun(lab: Lab, id: string): ComparedRun | null {
  const run = runOf(lab, id)
  if (!run) return null
  const configuration = lab.runs.configuration(run)
  const { manifest, name } = lab.dataSets.get(run.dataSet)
  const { train, validation, test } = manifest.parts
  const cost = modelCost(configuration.model, inputShape(manifest))
  return {
    ...{ run: runView(lab, run), configuration, epochs: epochViews(lab, run) },
    data: {
      ...{ name, hash: run.dataHash, splitSeed: manifest.source.splitSeed },
      images: { train: train.count, validation: validation.count, test: test.count },
    },
    made: { labVersion: run.labVersion, gitCommit: run.gitCommit },
    gflopPerImage: cost.trainFlops / GIGA,
    gflopForward: cost.evalFlops / GIGA,
  }
}

/** The run with exactly this id: a window's address may name one that was deleted. */
function runOf(lab: Lab, id: string): Run | null {
  try {
    lab.store.runs.number(id)
    return lab.store.runs.get(id)
  } catch (error) {
    if (error instanceof LabError && error.kind === 'not-found') return null
    throw error
  }
}

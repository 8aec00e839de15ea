/**
 * A lab that writes until it is killed: opens the database given, makes a run, appends steps and prints, after each commit,
 * how many there are. Run by Node itself, as a process of its own.
 */
import { writeSync } from 'node:fs'
import { presetConfiguration, presets } from '../../../shared/experiment/presets'
import { makeSteps, stepColumnTypes } from '../../../shared/metrics/steps'
import { openStore } from '../store'

const BLOCK = 7
const store = openStore(process.argv[2]!)
const part = { offset: 0, count: 0 }
const manifest = {
  version: 1,
  name: 'killed',
  hash: 'f'.repeat(64),
  known: null,
  height: 1,
  width: 1,
  channels: 1,
  classes: ['a', 'b'],
  parts: { train: part, validation: part, test: part },
  mean: [0],
  std: [1],
  source: { path: '', reader: 'folder', size: 1, fit: 'none', background: '', splitSeed: 0, coarse: false },
  importedAt: '',
} as const
const report = { classes: [], skipped: [], duplicates: [], imbalance: 1, notes: [] }
store.dataSets.insert({
  id: 'killed',
  folder: 'killed',
  manifest: { ...manifest, classes: ['a', 'b'], mean: [0], std: [1] },
  report,
})
const configuration = presetConfiguration(presets[0]!)
const experiment = store.experiments.insert({ name: 'killed', configuration, dataSet: 'killed' })
const { id } = store.runs.insert({ experiment, seed: 1, labVersion: '0', gitCommit: null })
store.runs.setState(id, 'running')
for (let first = 0; ; first += BLOCK) {
  const steps = makeSteps(first, (name) => new stepColumnTypes[name](BLOCK).map((_, i) => first + i))
  store.steps.append(id, steps)
  writeSync(1, `${first + BLOCK}\n`)
}

import type { LabClient } from '../transport/client'
import { FakeClient } from '../transport/fake'
import { compareAnswers } from './demo-compare'
import { confusionAnswers } from './demo-confusion'
import { curveAnswers, demoMessage, trainingNews } from './demo-curves'
import { dataSetAnswers } from './demo-data'
import { disagreementAnswers } from './demo-disagreement'
import { experimentAnswers } from './demo-experiment'
import { engineAnswers } from './demo-engine'
import { homeAnswers } from './demo-home'
import { imageAnswers } from './demo-images'
import { insideAnswers } from './demo-inside'
import { notebookAnswers } from './demo-notebook'
import { paperAnswers } from './demo-paper'
import { demoRuns, runAnswers } from './demo-runs'

/**
 * A lab of canned answers in which one run trains. Development only. `?fake=empty`: before its first run; `problem`: the queue
 * was paused by one and the GPU is not used; `plain`: the plain backend; `lost`, `refused`: without a connection.
 */
export function demo(): LabClient {
  const kind = new URLSearchParams(location.search).get('fake')
  const empty = kind === 'empty'
  const made = demoRuns(kind === 'problem')
  made.runs = made.runs.map(demoMessage)
  if (empty) Object.assign(made, { runs: [], queue: { ...made.queue, order: [], running: null } })
  const settings: Record<string, unknown> = {}
  let next = 1100
  const fake: FakeClient = new FakeClient({
    'lab.state': () => ({
      version: '0.1.0',
      home: '~/hrm-lab',
      platform: 'linux',
      sequence: fake.sequence,
      notices: [],
    }),
    ...runAnswers(made, (...events) => fake.emit(...events)),
    ...engineAnswers(kind, (event) => fake.emit(event)),
    ...dataSetAnswers(empty, (event) => fake.emit(event)),
    ...experimentAnswers(() => fake.request('dataSets.list', { trashed: false })),
    ...compareAnswers(() => made.runs),
    ...disagreementAnswers(() => made.runs),
    ...confusionAnswers(() => made.runs),
    ...notebookAnswers(empty, (event) => fake.emit(event)),
    ...paperAnswers(() => made.runs),
    ...imageAnswers(
      () => made.runs,
      (event) => fake.emit(event),
    ),
    ...insideAnswers(
      () => made.runs,
      (event) => fake.emit(event),
    ),
    'settings.get': ({ key }) => settings[key] ?? null,
    'settings.set': ({ key, value }) => ((settings[key] = value), null),
    ...homeAnswers((...events) => fake.emit(...events)),
    ...curveAnswers(
      () => made.runs,
      () => next,
    ),
  })
  setInterval(() => {
    if (made.queue.running !== null) fake.emit(...trainingNews(made.queue.running, (next += 5)))
  }, 100)
  if (kind === 'lost' || kind === 'refused') setTimeout(() => fake.connect(false, kind === 'refused'), 300)
  return fake
}

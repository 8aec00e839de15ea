/** The lab of the benchmark behind the real server, with a run that is written down in place of an engine. */
import { join } from 'node:path'
import { Lab } from '../../src/main/lab/lab'
import { packageInfo } from '../../src/main/lab/package-root'
import { RunRecorder } from '../../src/main/lab/runs/recorder'
import { Turn } from '../../src/main/lab/runs/turn'
import { RunningLab } from '../../src/main/lab/running-lab'
import { startServer } from '../../src/main/server/server'
import type { EngineEvent } from '../../src/main/engine/protocol'
import { LIVE_POINTS, scriptedSteps } from './prepare'

/** Milliseconds between two messages of the engine, and steps of each. */
export const MESSAGE_MS = 100
export const STEPS_A_MESSAGE = 5

/** When each step was made: index is the step's number minus the first one's. Unix milliseconds. */
export interface Feed {
  readonly firstStep: number
  readonly madeAt: readonly number[]
  stop(): void
}

export interface Served {
  readonly url: string
  /** Begins to tell of new steps of the run, as an engine does, ten times a second. */
  feed(run: string): Feed
  close(): Promise<void>
}

/** Serves the prepared lab; the queue is not started, so no engine is. */
export async function serve(home: string): Promise<Served> {
  const lab = Lab.open({ home })
  const running = new RunningLab(lab, { kind: 'cpu', backend: 'tensorflow', threads: null })
  const server = await startServer({
    lab: { dispatch: running.dispatch, events: running.events, images: running.images, exports: running.exports },
    port: 0,
    rendererFolder: join(packageInfo().root, 'out', 'renderer'),
    uploadsFolder: () => join(lab.home.folder, 'uploads'),
  })
  return {
    url: server.url,
    feed: (run) => feed(running, run),
    close: async () => {
      await server.close()
      await running.close()
    },
  }
}

function feed({ lab, events }: RunningLab, id: string): Feed {
  const recorder = new RunRecorder(lab.store, {
    id,
    folder: lab.home.folder,
    classes: 2,
    labels: () => new Uint16Array(0),
  })
  const turn = new Turn(id)
  const madeAt: number[] = []
  const firstStep = lab.store.steps.count(id)
  // The opening found the run running without an engine.
  lab.store.runs.setState(id, 'running')
  const tell = (event: EngineEvent): void => {
    recorder.record(event)
    const news = turn.news(event)
    if (news) events.emit(news)
  }
  const timer = setInterval(() => {
    const steps = scriptedSteps(firstStep + madeAt.length, STEPS_A_MESSAGE, Date.now(), MESSAGE_MS)
    madeAt.push(...steps.wallTime)
    tell({ kind: 'steps', steps })
    tell({
      ...{ kind: 'progress', phase: 'training', epoch: 0, epochs: 3, batch: madeAt.length, batches: LIVE_POINTS },
      ...{ imagesPerSecond: 6400, residentBytes: 2e9 + 1e6 * Math.sin(madeAt.length), tensors: 100 },
    })
  }, MESSAGE_MS)
  return {
    ...{ firstStep, madeAt },
    stop: () => {
      clearInterval(timer)
      recorder.flush()
    },
  }
}

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { mountMemory } from './support/disk'
import { type Command, TestLab } from './support/lab'
import { classNames, writePictures } from './support/pictures'

/** What `show`, `train` and `resume` print of a run. */
interface RunSummary {
  readonly id: string
  readonly state: string
  readonly folder: string
  readonly parameters: number
  readonly steps: number
  readonly seed: number
  readonly engine: { readonly backend: string }
  readonly epochs: readonly {
    readonly epoch: number
    readonly trainLoss: number
    readonly evaluations: readonly { readonly part: string; readonly accuracy: number; readonly loss: number }[]
  }[]
}

const PER_CLASS = 40
/** 80 of 100 pictures of each class train. */
const TRAINED_ON = 4 * PER_CLASS * 0.8
const BATCH = 16

let lab: TestLab
beforeAll(async () => {
  lab = new TestLab()
  await writePictures(lab.path('shapes'), PER_CLASS)
  await lab.json('import', lab.path('shapes'), '--size', '8')
})
afterAll(() => lab.remove())

/** Trains a new run to its end. */
async function train(preset: string, epochs: number, ...more: string[]): Promise<RunSummary> {
  const set = ['--set', `training.epochs=${epochs}`, '--set', 'training.learningRate=0.01']
  const [run] = await lab.json<RunSummary[]>('train', '--preset', preset, '--data', 'shapes', ...set, ...more)
  return run!
}

/** What must be equal between a run that was stopped and one that was not. */
const results = (run: RunSummary): unknown =>
  run.epochs.map(({ epoch, trainLoss, evaluations }) => ({
    epoch,
    trainLoss,
    evaluations: evaluations.map(({ part, accuracy, loss }) => ({ part, accuracy, loss })),
  }))

describe('a folder of pictures', () => {
  it('is a data set with its classes and parts', async () => {
    const [dataSet] =
      await lab.json<
        { name: string; manifest: { classes: string[]; channels: number; parts: Record<string, { count: number }> } }[]
      >('datasets')
    expect(dataSet).toMatchObject({
      name: 'shapes',
      manifest: { classes: classNames, channels: 1, height: 8, width: 8 },
    })
    expect(dataSet!.manifest.parts['train']!.count).toBe(TRAINED_ON)
    expect(dataSet!.manifest.parts['test']!.count).toBe(4 * PER_CLASS - TRAINED_ON)
  })
})

describe('two trained models', () => {
  let cnn: RunSummary
  let hrm: RunSummary
  beforeAll(async () => {
    cnn = await train('testing-cnn', 8)
    hrm = await train('testing-hrm', 8)
  })

  it('finish on native TensorFlow, having learnt', () => {
    for (const [run, parameters, stepsPerBatch] of [
      [cnn, 1_124, 1],
      [hrm, 8_592, 2],
    ] as const) {
      expect(run).toMatchObject({ state: 'finished', parameters, engine: { backend: 'tensorflow' } })
      expect(run.steps).toBe((8 * TRAINED_ON * stepsPerBatch) / BATCH)
      const test = run.epochs.at(-1)!.evaluations.find(({ part }) => part === 'test')
      expect(test!.accuracy).toBeGreaterThan(0.6) // chance: 0.25
    }
  })

  it('are listed and told', async () => {
    const runs = await lab.json<{ id: string; state: string; lastTest: number }[]>('runs')
    expect(runs.map(({ id, state }) => ({ id, state }))).toEqual(
      [cnn, hrm].map(({ id }) => ({ id, state: 'finished' })),
    )
    expect(await lab.json<RunSummary>('show', '1')).toEqual(cnn)
    const { stdout } = await lab.run('show', hrm.id)
    expect(stdout).toContain(hrm.id)
  })

  it('are exported as pictures, tables and weights', async () => {
    const { files } = await lab.json<{ files: string[] }>('export', '1', '--out', lab.path('out'))
    const names = readdirSync(lab.path('out'))
    expect(files.map((file) => file.replace(/.*[\\/]/, '')).sort()).toEqual(names.sort())
    for (const name of ['loss.png', 'accuracy.png', 'confusion.png'])
      expect(readFileSync(lab.path('out', name)).subarray(1, 4).toString()).toBe('PNG')
    const lines = readFileSync(lab.path('out', 'steps.csv'), 'utf8').trim().split(/\r?\n/)
    expect(lines).toHaveLength(cnn.steps + 1)
    expect(lines[0]).toMatch(/step.*batch.*epoch.*loss/)
    expect(JSON.parse(readFileSync(lab.path('out', 'run.json'), 'utf8'))).toMatchObject({
      configuration: { preset: 'testing-cnn' },
    })
    expect(readFileSync(lab.path('out', 'weights.safetensors')).length).toBeGreaterThan(4 * cnn.parameters)
  })

  it('are exported as one zip, the same each time', async () => {
    for (const name of ['one.zip', 'two.zip'])
      expect(await lab.json('export', '1', '2', '--zip', lab.path(name))).toMatchObject({ files: [lab.path(name)] })
    const [one, two] = [readFileSync(lab.path('one.zip')), readFileSync(lab.path('two.zip'))]
    expect(one.subarray(0, 2).toString()).toBe('PK')
    expect(one.equals(two)).toBe(true)
    expect(one.includes(`comparison-0001-0002/comparison-0001-0002-table.csv`)).toBe(true)
    expect((await lab.run('export', '1', '--zip', lab.path('x.zip'), '--out', lab.path('y'))).code).toBe(2)
  })

  it('take the place of a picture that was cut in the middle', async () => {
    const target = lab.path('cut', 'loss.png')
    mkdirSync(lab.path('cut'))
    writeFileSync(target, readFileSync(lab.path('out', 'loss.png')).subarray(0, 500))
    await lab.json('export', '1', '--out', lab.path('cut'))
    expect(readFileSync(target).equals(readFileSync(lab.path('out', 'loss.png')))).toBe(true)
  })

  it.for([
    ['read-only', 'ro', /not written: .*\((EROFS|EACCES)\)\.\n {2}Choose another folder/],
    ['full', 'size=16k', /not written: the disk is full \(ENOSPC\)\.\n {2}Free some room/],
  ] as const)(
    'leave nothing half-written in a folder that is %s, and say why',
    async ([what, options, reason], { skip }) => {
      const folder = lab.path(what)
      mkdirSync(folder)
      const disk = mountMemory(folder, options)
      if (disk.problem) skip(disk.problem)
      try {
        const ways = [
          ['export', '1', '--out', folder],
          ['export', '1', '2', '--zip', join(folder, 'all.zip')],
          ['compare', '1', '2', '--report', join(folder, 'report.html')],
        ]
        for (const way of ways) {
          const { code, stderr } = await lab.run(...way)
          expect([way[0], code]).toEqual([way[0], 1])
          expect(stderr).toMatch(reason)
        }
        // What was finished before the room ended is whole.
        const kept = readdirSync(folder)
        for (const name of kept) {
          expect(name).toMatch(/^(run\.json|[a-z-]+\.(png|csv|md))$/)
          if (name.endsWith('.png')) expect(readFileSync(join(folder, name)).subarray(-8, -4).toString()).toBe('IEND')
        }
        expect(kept).not.toContain('all.zip')
      } finally {
        disk.unmount()
      }
    },
  )

  it('are compared', async () => {
    const { runs } = await lab.json<{ runs: { parameters: number }[] }>('compare', '1', '2', '--out', lab.path('both'))
    expect(runs.map((run) => run.parameters)).toEqual([1_124, 8_592])
    expect(readdirSync(lab.path('both'))).toEqual(
      expect.arrayContaining([expect.stringMatching(/\.(png|csv|md|tex)$/)]),
    )
  })

  it('are tested against each other', async () => {
    interface Errors {
      onlyA: number
      onlyB: number
      n: number
    }
    interface Tested {
      tests: { disagreement: { images: number; runs: { right: number }[]; pair: { test: Errors } } }[]
    }
    const { tests } = await lab.json<Tested>('compare', '1', '2', '--test')
    const { images, runs, pair } = tests[0]!.disagreement
    expect(pair.test.onlyB - pair.test.onlyA).toBe(runs[0]!.right - runs[1]!.right)
    expect(pair.test.n).toBeLessThanOrEqual(images)
    const told = await lab.run('compare', '1', '2', '--test')
    expect(told.stdout).toContain('give the same class')
    expect(told.stdout).toContain('Seeds were not repeated')
  })

  it('classify pictures', async () => {
    const pictures = classNames.map((name) => lab.path('shapes', name, '000.png'))
    const told = await lab.json<{ classes: { class: string; probability: number }[] }[]>('classify', '1', ...pictures)
    const right = told.filter(({ classes }, i) => classes[0]!.class === classNames[i])
    expect(right.length).toBeGreaterThanOrEqual(3)
    for (const { classes } of told)
      expect(classes.reduce((sum, { probability }) => sum + probability, 0)).toBeCloseTo(1, 4)
  })
})

describe('a run that does not end by itself', () => {
  const EPOCHS = 12
  let whole: RunSummary
  beforeAll(async () => {
    whole = await train('testing-hrm', EPOCHS, '--seed', '7')
  })

  /** Starts the same training again and waits until it has kept a checkpoint. */
  async function startAgain(): Promise<{ command: Command; id: string }> {
    const before = new Set(readdirSync(join(lab.home, 'runs')))
    const set = ['--set', `training.epochs=${EPOCHS}`, '--set', 'training.learningRate=0.01']
    const command = lab.start('train', '--preset', 'testing-hrm', '--data', 'shapes', '--seed', '7', ...set)
    let id = ''
    await command.until(() => {
      id = readdirSync(join(lab.home, 'runs')).find((name) => !before.has(name)) ?? ''
      const folder = join(lab.home, 'runs', id)
      return id !== '' && existsSync(folder) && readdirSync(folder).some((name) => name.endsWith('.safetensors'))
    })
    return { command, id }
  }

  it('is kept by Ctrl-C and goes on to the same numbers', async () => {
    const { command, id } = await startAgain()
    command.process.kill('SIGINT')
    const { code, stderr } = await command.ended
    expect(code).toBe(130)
    expect(stderr).toContain(`resume ${id}`)
    const kept = await lab.json<RunSummary>('show', id)
    expect(kept.state).toBe('paused')
    expect(kept.steps).toBeGreaterThan(0)
    expect(kept.steps).toBeLessThan(whole.steps)
    const resumed = await lab.json<RunSummary>('resume', id)
    expect(resumed).toMatchObject({ state: 'finished', steps: whole.steps })
    expect(results(resumed)).toEqual(results(whole))
  })

  it('survives kill -9 and goes on to the same numbers', async () => {
    const { command, id } = await startAgain()
    command.process.kill('SIGKILL')
    expect((await command.ended).code).toBe('SIGKILL')
    expect(['running', 'interrupted']).toContain((await lab.json<RunSummary>('show', id)).state)
    const resumed = await lab.json<RunSummary>('resume', id)
    expect(resumed).toMatchObject({ state: 'finished', steps: whole.steps })
    expect(results(resumed)).toEqual(results(whole))
  })
})

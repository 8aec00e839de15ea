import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Command, TestLab } from './support/lab'
import { classNames, writePictures } from './support/pictures'

/** A window's lab holds the folder; the command line works beside it. */
let lab: TestLab
let window: Command
beforeAll(async () => {
  lab = new TestLab()
  await writePictures(lab.path('shapes'), 20)
  window = lab.start('serve', '--port', '0', '--no-open')
  let said = ''
  window.process.stdout!.on('data', (text: Buffer) => (said += text.toString()))
  await window.until(() => said.includes('http://127.0.0.1'))
})
afterAll(async () => {
  window.process.kill('SIGINT')
  await window.ended
  lab.remove()
})

describe('the command line beside an open window', () => {
  let run: { id: string; state: string; epochs: unknown[] }

  it('imports through the window’s lab', async () => {
    const made = await lab.run('import', 'shapes', '--size', '8', '--json')
    expect(made.code).toBe(0)
    expect(made.stderr).toContain('The lab is open in a window')
    expect(JSON.parse(made.stdout)).toMatchObject({ name: 'shapes', manifest: { classes: classNames } })
    expect(await lab.json('datasets')).toMatchObject([{ name: 'shapes' }])
  })

  it('trains there and tells of its end', async () => {
    const set = ['--set', 'training.epochs=1', '--set', 'training.batch=16']
    const [trained] = await lab.json<(typeof run)[]>('train', '--preset', 'testing-cnn', '--data', 'shapes', ...set)
    run = trained!
    expect(run).toMatchObject({ state: 'finished', epochs: [{ epoch: 1 }] })
  })

  it('pauses there with Ctrl-C, and goes on', async () => {
    const long = lab.start('train', '--preset', 'testing-cnn', '--data', 'shapes', '--set', 'training.epochs=2000')
    let said = ''
    long.process.stderr!.on('data', (text: Buffer) => (said += text.toString()))
    await long.until(() => said.includes('batch '))
    long.process.kill('SIGINT')
    const { code, stderr } = await long.ended
    expect(code).toBe(130)
    expect(stderr).toMatch(/Run (\S+) is paused\. Go on with: hrm-lab resume \1/)
    const runs = await lab.json<{ id: string; state: string }[]>('runs')
    expect(runs.map(({ state }) => state).sort()).toEqual(['finished', 'paused'])
  })

  it('tells what the window’s lab refuses, in its words', async () => {
    const again = await lab.run('resume', run.id)
    expect(again.code).toBe(1)
    expect(again.stderr).toContain(run.id)
    const nothing = await lab.run('import', 'nowhere')
    expect(nothing.code).toBe(1)
    expect(nothing.stderr).toContain('nowhere')
    const chosen = await lab.run('train', '--preset', 'testing-cnn', '--data', 'shapes', '--threads', '1')
    expect(chosen.code).toBe(1)
    expect(chosen.stderr).toContain('Leave out --engine, --backend and --threads')
  })

  it('says so when the window is closed first, and the runs are kept', async () => {
    const long = ['--preset', 'testing-cnn', '--data', 'shapes', '--set', 'training.epochs=2000', '--seed', '1,2']
    const command = lab.start('train', ...long)
    let said = ''
    command.process.stderr!.on('data', (text: Buffer) => (said += text.toString()))
    await command.until(() => said.includes('batch '))
    window.process.kill('SIGINT')
    await window.ended
    const { code, stderr } = await command.ended
    expect(code).toBe(1)
    expect(stderr).toContain('The lab that was working has been closed.')
    expect(stderr).not.toContain('defect')
    const runs = await lab.json<{ seed: number; state: string }[]>('runs')
    expect(runs.filter(({ seed }) => seed === 1 || seed === 2).map(({ state }) => state)).toEqual(['paused', 'queued'])
  })
})

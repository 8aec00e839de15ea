import { existsSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { TestLab } from './support/lab'
import { writePictures } from './support/pictures'

interface Moved {
  readonly folder: string
  readonly former: string
  readonly removed: boolean
}

let lab: TestLab
beforeAll(async () => {
  lab = new TestLab({ movable: true })
  await writePictures(lab.path('shapes'), 5)
  await lab.json('import', 'shapes', '--size', '8')
})
afterAll(() => lab.remove())

describe('moving the lab’s folder', () => {
  it('moves it by itself, tells what is left behind, and removes that when asked', async () => {
    const to = lab.path('disk', 'second')
    expect(await lab.json<Moved>('move-home', to)).toEqual({ folder: to, former: lab.home, removed: false })
    expect(await lab.json('datasets')).toMatchObject([{ name: 'shapes' }])
    const told = await lab.run('home')
    expect(told.stdout).toContain(`${to} (it was moved there)`)
    expect(told.stdout).toContain(lab.home)
    expect(await lab.json('home', '--remove-former')).toMatchObject({ folder: to, chosenBy: 'moved', former: [] })
    expect(existsSync(lab.home)).toBe(false)
    expect(await lab.json('datasets')).toMatchObject([{ name: 'shapes' }])
  })

  it('has an open window move it, which goes on there', async () => {
    const to = lab.path('disk', 'third')
    const window = lab.start('serve', '--port', '0', '--no-open')
    let said = ''
    window.process.stdout!.on('data', (text: Buffer) => (said += text.toString()))
    await window.until(() => said.includes('http://127.0.0.1'))
    const moved = await lab.json<Moved>('move-home', to, '--remove-former')
    expect(moved).toEqual({ folder: to, former: lab.path('disk', 'second'), removed: true })
    expect(existsSync(moved.former)).toBe(false)
    const again = await lab.run('import', 'shapes', '--size', '8')
    expect(again.stderr).toContain('The lab is open in a window')
    window.process.kill('SIGINT')
    expect((await window.ended).code).toBe(0)
  })

  it('refuses in words', async () => {
    const { code, stderr } = await lab.run('move-home', lab.path('shapes'))
    expect(code).toBe(1)
    expect(stderr).toMatch(/is not empty: it holds 4 things/)
    const named = await lab.run('move-home', lab.path('elsewhere'), '--home', lab.path('disk', 'third'))
    expect(named.stderr).toContain('fixed by --home')
  })
})

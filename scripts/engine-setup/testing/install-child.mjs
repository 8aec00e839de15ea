/**
 * For tests: an installation in a process of its own, to be killed. Prints each step's name once; on reaching `stopAt` it
 * blocks, so that the test kills it exactly there.
 *   node install-child.mjs '{"folder": ..., "wheelsFolder": ..., "stopAt": ...}'
 */
import { join } from 'node:path'
import { install } from '../install.mjs'
import { fakeTools, makePlan } from './kit.mjs'

/** @type {{folder: string, wheelsFolder: string | null, stopAt: string | null}} */
const { folder, wheelsFolder, stopAt } = JSON.parse(process.argv[2] ?? '{}')
const plan = makePlan(join(folder, 'index'))
let step = ''
const record = await install(plan, {
  cache: join(folder, 'cache'),
  wheelsFolder,
  signal: undefined,
  tools: fakeTools(join(folder, 'log')),
  onProgress: (progress) => {
    // Stop inside a step that counts bytes, not before it.
    if (progress.step === step || (progress.step === stopAt && progress.done === 0)) return
    step = progress.step
    process.stdout.write(`${step}\n`)
    if (step === stopAt) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60_000)
  },
})
process.stdout.write(`installed with ${record.compiler}\n`)

import { beforeAll, describe, expect, it } from 'vitest'
import { loadBackend } from '../backends/load'
import { tf } from '../backends/tf'
import { AdamW } from './adamw'

beforeAll(async () => {
  await loadBackend({ backend: 'cpu', bindingPath: null, threads: null })
})

/** optax.chain(clip_by_global_norm(clip), adamw(lr, weight_decay=wd)), number by number in double precision. */
function byHand(start: number[], gradients: number[][], rates: number[], wd: number, clip: number): number[] {
  const p = [...start]
  const m = p.map(() => 0)
  const v = p.map(() => 0)
  gradients.forEach((g, step) => {
    const norm = Math.hypot(...g)
    const t = step + 1
    g.forEach((raw, i) => {
      const gi = norm < clip ? raw : (raw / norm) * clip
      m[i] = 0.9 * m[i]! + 0.1 * gi
      v[i] = 0.999 * v[i]! + 0.001 * gi * gi
      const update = m[i]! / (1 - 0.9 ** t) / (Math.sqrt(v[i]! / (1 - 0.999 ** t)) + 1e-8)
      p[i] = p[i]! - rates[step]! * (update + wd * p[i]!)
    })
  })
  return p
}

function run(start: number[], gradients: number[][], rates: number[], wd: number, clip: number) {
  const parameters = tf.variable(tf.tensor1d(start))
  const optimizer = new AdamW(start.length, { weightDecay: wd, clipNorm: clip })
  const norms = gradients.map((g, i) => {
    const norm = optimizer.update(parameters, tf.tensor1d(g), tf.tensor1d(optimizer.next(rates[i]!)))
    return norm.dataSync()[0]!
  })
  return { values: [...parameters.dataSync()], norms, optimizer }
}

describe('AdamW', () => {
  const start = [0.5, -1, 2]
  const gradients = [
    [3, 0, 4],
    [0.1, -0.2, 0],
    [-1, 1, 1],
  ]
  const rates = [0.1, 0.05, 0.02]

  it('equals optax’s clipping and adamw, with decay and changing rates', () => {
    const expected = byHand(start, gradients, rates, 0.1, 1)
    run(start, gradients, rates, 0.1, 1).values.forEach((value, i) => expect(value).toBeCloseTo(expected[i]!, 5))
  })

  it('reports the norm before clipping', () => {
    expect(run(start, gradients, rates, 0, 1).norms[0]).toBe(5)
  })

  it('survives a gradient of zeros', () => {
    expect(run(start, [[0, 0, 0]], [0.1], 0, 1).values).toEqual(start)
  })

  it('decays every number by rate · decay, apart from the gradient', () => {
    const [value] = run([10], [[0]], [0.1], 0.5, 1).values
    expect(value).toBeCloseTo(10 * (1 - 0.1 * 0.5), 5)
  })
})

/** Rounds in which every contender has a turn, one after the other, each round beginning with another. */
import { LabError } from '../../src/shared/errors'
import { type Command, type Ready, Running, type Turn } from './contender'
import { machineTimeNow, othersShare } from './machine'
import type { Timing } from './marks'

/** A contender's timing with all that it said. */
export interface Entry extends Timing, Ready {
  /** Share of the machine that others had in each turn; null where the system does not tell. */
  readonly others: readonly (number | null)[]
}

/** How long is measured. */
export interface Length {
  readonly rounds: number
  /** Batches a turn. */
  readonly batches: number
  readonly cores: number
}

interface Competitor {
  readonly running: Running
  readonly ready: Ready
  readonly rounds: (readonly number[])[]
  readonly others: (number | null)[]
  last: Turn
}

/**
 * Starts all, lets them show what they compute, and times them.
 * @param parameters trainable numbers that each must have
 * @param tell of what is going on
 */
export async function compete(
  commands: readonly Command[],
  parameters: number,
  length: Length,
  tell: (text: string) => void,
): Promise<Entry[]> {
  const competitors: Competitor[] = []
  try {
    for (const command of commands) {
      tell(`${command.contender}: golden vectors, first batches …`)
      competitors.push(await start(command, parameters))
    }
    for (let round = 0; round < length.rounds; round++) {
      tell(`round ${round + 1} of ${length.rounds} …`)
      for (let i = 0; i < competitors.length; i++)
        await takeTurn(competitors[(round + i) % competitors.length]!, length)
    }
  } finally {
    await Promise.all(competitors.map(({ running }) => running.end()))
  }
  return competitors.map(({ running: { contender }, ready, rounds, others, last: { peakBytes } }) => ({
    contender,
    ...ready,
    rounds,
    others,
    peakBytes,
  }))
}

async function start(command: Command, parameters: number): Promise<Competitor> {
  const running = new Running(command)
  try {
    const ready = await running.next<Ready>()
    if (ready.parameters !== parameters)
      throw new LabError('engine', `${command.contender} has ${ready.parameters} parameters, not ${parameters}.`)
    return { running, ready, rounds: [], others: [], last: await running.turn(1) }
  } catch (error) {
    await running.end()
    throw error
  }
}

async function takeTurn(competitor: Competitor, { batches, cores }: Length): Promise<void> {
  const { running, last } = competitor
  const [began, before] = [performance.now(), machineTimeNow()]
  const turn = await running.turn(batches)
  const [wallMs, after] = [performance.now() - began, machineTimeNow()]
  competitor.rounds.push(turn.ms)
  competitor.others.push(before && after && othersShare(before, after, turn.cpuMs - last.cpuMs, wallMs, cores))
  competitor.last = turn
}

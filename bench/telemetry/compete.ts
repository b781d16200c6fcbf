import { readdirSync, readFileSync } from 'node:fs'
import { quantileOf } from '../../test/telemetry/support/paired-blocks.ts'

/** One of two processes that do the same work. */
export interface Side {
  readonly pid: number
  work(): Promise<unknown>
}

export interface Contest {
  readonly name: string
  readonly off: Side
  readonly on: Side
  /** How often a block repeats the work, and how many are under way at a time. */
  readonly times: number
  readonly atOnce: number
}

export interface Result {
  readonly name: string
  /** Median over the rounds of what one side used by what the other did in the same round. */
  readonly ratio: number
  /** Half of the rounds lie between. */
  readonly quartiles: readonly [number, number]
  /** ms of CPU for one piece of work. */
  readonly cost: { readonly off: number; readonly on: number }
}

/**
 * CPU of all threads of a process so far, in ms; not of its mongod, which is another. Time on a core, whatever else the
 * machine does meanwhile.
 */
const cpuMs = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((task) => Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]) / 1e6)
    .reduce((sum, ms) => sum + ms, 0)

async function block({ pid, work }: Side, { times, atOnce }: Contest): Promise<number> {
  let left = times
  const lane = async () => {
    while (left-- > 0) await work()
  }
  const before = cpuMs(pid)
  await Promise.all(Array.from({ length: atOnce }, lane))
  return (cpuMs(pid) - before) / times
}

/**
 * Each round has four blocks, off-on-on-off or the reverse, so that what gets slower or faster meanwhile meets both alike;
 * the rounds before the first counted one warm the code.
 */
export async function compete(contest: Contest, rounds: number, warmRounds = 2): Promise<Result> {
  const { name, off, on } = contest
  const told: { off: number; on: number }[] = []
  for (let round = -warmRounds; round < rounds; round++) {
    const [outer, inner] = round % 2 === 0 ? [off, on] : [on, off]
    const [first, second, third, fourth] = [
      await block(outer, contest),
      await block(inner, contest),
      await block(inner, contest),
      await block(outer, contest),
    ]
    const [outside, inside] = [(first + fourth) / 2, (second + third) / 2]
    if (round >= 0) told.push(outer === off ? { off: outside, on: inside } : { off: inside, on: outside })
  }
  const ratios = told.map((each) => each.on / each.off)
  return {
    name,
    ratio: quantileOf(ratios, 0.5),
    quartiles: [quantileOf(ratios, 0.25), quantileOf(ratios, 0.75)],
    cost: {
      off: quantileOf(
        told.map((each) => each.off),
        0.5,
      ),
      on: quantileOf(
        told.map((each) => each.on),
        0.5,
      ),
    },
  }
}

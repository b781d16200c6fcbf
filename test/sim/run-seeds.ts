import { Run } from './run-world.ts'
import type { Tally, Violation } from './world.ts'

export interface Failure extends Violation {
  readonly seed: number
}

export interface RunOptions {
  readonly from: number
  readonly count: number
  /** Every n-th seed: workers take turns. */
  readonly every?: number
  /** Ends at the first failure. */
  readonly stopsAtFailure?: boolean
  readonly onProgress?: (done: number) => void
  /** Told of each world that ended, for tests of determinism. */
  readonly onEnd?: (seed: number, hash: number) => void
}

export interface Summary extends Tally {
  readonly seeds: number
  readonly failures: readonly Failure[]
}

/** Worlds that are advanced in turn by one turn of the event loop. More share its cost among more, but no longer fit the processor's cache. */
const worldsAtOnce = 4

/**
 * Runs many seeds. Each world advances by one happening per setImmediate callback: Node runs all microtasks between two of
 * them, so every promise that can go on has gone on before the next happening, and worlds never see each other.
 */
export function runSeeds(options: RunOptions): Promise<Summary> {
  const { from, count, every = 1, stopsAtFailure = false, onProgress = () => {}, onEnd = () => {} } = options
  const tally: Tally = { steps: 0, faults: {}, transitions: {} }
  const failures: Failure[] = []
  let started = 0
  let ended = 0
  return new Promise((resolve, reject) => {
    const stops = () => stopsAtFailure && failures.length > 0
    const next = () => (started < count && !stops() ? new Run({ seed: from + started++ * every, tally }) : undefined)
    const lane = () => {
      let run = next()
      const turn = () => {
        try {
          while (run && !run.step()) {
            ended++
            onEnd(run.world.seed, run.world.hash)
            if (run.violation) failures.push({ seed: run.world.seed, ...run.violation })
            if (ended % 1000 === 0) onProgress(ended)
            run = next()
          }
        } catch (error) {
          return reject(error)
        }
        if (run && !stops()) setImmediate(turn)
        else if (--lanes === 0) resolve({ ...tally, seeds: ended, failures })
      }
      setImmediate(turn)
    }
    let lanes = Math.min(worldsAtOnce, count)
    if (lanes === 0) return resolve({ ...tally, seeds: 0, failures })
    for (let i = lanes; i > 0; i--) lane()
  })
}

/** Runs one seed alone and keeps its timeline. */
export async function replay(seed: number): Promise<{ timeline: string[]; hash: number; violation?: Violation }> {
  const timeline: string[] = []
  const run = new Run({ seed, tally: { steps: 0, faults: {}, transitions: {} }, timeline })
  while (run.step()) await new Promise((resolve) => setImmediate(resolve))
  return { timeline, hash: run.world.hash, ...(run.violation ? { violation: run.violation } : {}) }
}

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

/** Callbacks for one turn of the event loop, which asks the system for news each time: that costs more than a step. */
const stepsPerTurn = 64

/**
 * Runs many seeds, one after the other. A world advances by one happening per setImmediate callback: Node runs all microtasks
 * between two of them, so every promise that can go on has gone on before the next happening.
 */
export function runSeeds(options: RunOptions): Promise<Summary> {
  const { from, count, every = 1, stopsAtFailure = false, onProgress = () => {}, onEnd = () => {} } = options
  const tally: Tally = { steps: 0, faults: {}, transitions: {} }
  const failures: Failure[] = []
  let started = 0
  let ended = 0
  const stops = () => stopsAtFailure && failures.length > 0
  const next = () => (started < count && !stops() ? new Run({ seed: from + started++ * every, tally }) : undefined)
  let run = next()
  const step = () => {
    while (run && !run.step()) {
      ended++
      onEnd(run.world.seed, run.world.hash)
      if (run.violation) failures.push({ seed: run.world.seed, ...run.violation })
      if (ended % 1000 === 0) onProgress(ended)
      run = next()
    }
  }
  return new Promise((resolve, reject) => {
    const turn = () => {
      for (let i = 1; i < stepsPerTurn; i++) setImmediate(guarded)
      setImmediate(() => {
        guarded()
        if (run) turn()
        else resolve({ ...tally, seeds: ended, failures })
      })
    }
    const guarded = () => {
      try {
        step()
      } catch (error) {
        run = undefined
        reject(error)
      }
    }
    turn()
  })
}

/** Runs one seed alone and keeps its timeline. */
export async function replay(seed: number): Promise<{ timeline: string[]; hash: number; violation?: Violation }> {
  const timeline: string[] = []
  const run = new Run({ seed, tally: { steps: 0, faults: {}, transitions: {} }, timeline })
  while (run.step()) await new Promise((resolve) => setImmediate(resolve))
  return { timeline, hash: run.world.hash, ...(run.violation ? { violation: run.violation } : {}) }
}

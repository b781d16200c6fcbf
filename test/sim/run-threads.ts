import { env } from 'node:process'
import { setFlagsFromString } from 'node:v8'
import { Worker } from 'node:worker_threads'
import type { Summary } from './run-seeds.ts'

interface ThreadsOptions {
  readonly from: number
  readonly count: number
  readonly threads: number
  readonly stopsAtFailure?: boolean
  readonly mutant?: string
  readonly onProgress?: (done: number) => void
}

export interface ThreadsResult extends Summary {
  /** Files that the mutant changed. */
  readonly patches: readonly string[]
}

type Told = { readonly progress: number } | { readonly summary: Summary; readonly patches: readonly string[] }

/** Most short-lived objects of a few hundred worlds die young with this much room. */
const resourceLimits = { maxYoungGenerationSizeMb: 64 }

/** Runs the seeds on so many threads; thread i takes every so-many-th seed. */
export async function runThreads(options: ThreadsOptions): Promise<ThreadsResult> {
  const { from, count, threads, stopsAtFailure = false, mutant, onProgress = () => {} } = options
  setFlagsFromString('--single-threaded-gc') // every core has a thread of its own to run; helpers of the collector only get in the way
  const done = Array.from({ length: threads }, () => 0)
  const results = await Promise.all(
    Array.from({ length: threads }, (_, i) => {
      const share = Math.floor(count / threads) + (i < count % threads ? 1 : 0)
      const workerData = { from: from + i, count: share, every: threads, stopsAtFailure }
      return oneThread(
        { workerData, resourceLimits, env: { ...env, ...(mutant ? { TOKO_MUTANT: mutant } : {}) } },
        (n) => {
          done[i] = n
          onProgress(done.reduce((sum, each) => sum + each, 0))
        },
      )
    }),
  )
  const sums = (pick: (summary: Summary) => Record<string, number>) => {
    const total: Record<string, number> = {}
    for (const { summary } of results)
      for (const [name, n] of Object.entries(pick(summary))) total[name] = (total[name] ?? 0) + n
    return total
  }
  return {
    seeds: results.reduce((sum, { summary }) => sum + summary.seeds, 0),
    steps: results.reduce((sum, { summary }) => sum + summary.steps, 0),
    failures: results.flatMap(({ summary }) => summary.failures).toSorted((a, b) => a.seed - b.seed),
    faults: sums(({ faults }) => faults),
    transitions: sums(({ transitions }) => transitions),
    patches: results[0]?.patches ?? [],
  }
}

function oneThread(
  options: ConstructorParameters<typeof Worker>[1],
  onProgress: (done: number) => void,
): Promise<Extract<Told, { summary: unknown }>> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL('worker.ts', import.meta.url), options)
    worker.on('message', (told: Told) => ('progress' in told ? onProgress(told.progress) : resolve(told)))
    worker.on('error', reject)
    worker.on('exit', (code) => reject(new Error(`a thread of the simulation ended with code ${code}`)))
  })
}

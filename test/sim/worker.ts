import { parentPort, workerData } from 'node:worker_threads'
import { appliedPatches } from '../mutants/apply.ts'
import type { RunOptions } from './run-seeds.ts'

/** Thread of a run: the mutant's patches must be in place before the code under test is loaded. */
Error.stackTraceLimit = 0 // faults are thrown by the million; a replay shows where a bug was
const { runSeeds } = await import('./run-seeds.ts')
/* oxlint-disable unicorn/require-post-message-target-origin -- the port of a thread, not a window */
const summary = await runSeeds({
  ...(workerData as RunOptions),
  onProgress: (done) => parentPort!.postMessage({ progress: done }),
})
parentPort!.postMessage({ summary, patches: appliedPatches() })

import { setTimeout as sleep } from 'node:timers/promises'
import { draws } from '../random.ts'
import type { FaultCounts, FaultKind, FaultTarget } from './fault-kinds.ts'

interface ProcessFaultsOptions {
  readonly seed: number
  readonly kinds: readonly FaultKind[]
  readonly targets: readonly FaultTarget[]
  /** Pause between two faults. */
  readonly betweenMs?: readonly [from: number, to: number]
}

const stoppedMs = [500, 4000] as const
/** Apart from the streams of the journeys. */
const stream = 1_000_000_007

/** Signals the targets at random, one at a time, until its stop; then none of them stands still any more. */
export function startProcessFaults({ seed, kinds, targets, betweenMs = [2000, 5000] }: ProcessFaultsOptions) {
  const counts: FaultCounts = {}
  const stopping = new AbortController()
  const random = draws(seed, stream)
  const wait = (ms: number) => sleep(ms, undefined, { signal: stopping.signal }).catch(() => {})

  async function strike(kind: FaultKind): Promise<void> {
    const { pid } = random.pick(targets.filter(({ isMongo }) => isMongo === (kind === 'mongo')))
    const victim = pid()
    if (victim === undefined || !signal(victim, kind === 'pause' ? 'SIGSTOP' : 'SIGKILL')) return
    counts[kind] = (counts[kind] ?? 0) + 1
    if (kind !== 'pause') return
    await wait(random.whole(...stoppedMs))
    signal(victim, 'SIGCONT')
  }

  const work = async () => {
    for (;;) {
      await wait(random.whole(...betweenMs))
      if (stopping.signal.aborted) return
      await strike(random.pick(kinds))
    }
  }
  const working = work()
  return {
    counts,
    async stop() {
      stopping.abort()
      await working
    },
  }
}

/** False when the process has ended meanwhile. */
function signal(pid: number, name: 'SIGSTOP' | 'SIGCONT' | 'SIGKILL'): boolean {
  try {
    process.kill(pid, name)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false
    throw error
  }
}

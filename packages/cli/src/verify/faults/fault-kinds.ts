import { Failure } from '../../io/failure.ts'

/**
 * `psp` the payment simulator fails as told · `kill` kill -9 of services · `pause` SIGSTOP for some seconds ·
 * `mongo` kill -9 of mongod.
 */
export const faultKinds = ['psp', 'kill', 'pause', 'mongo'] as const
export type FaultKind = (typeof faultKinds)[number]

/** A process that may be signalled. */
export interface FaultTarget {
  readonly name: string
  readonly isMongo: boolean
  /** Of now; undefined while it is down. */
  pid(): number | undefined
}

/** How often each fault struck; of `psp` 1 when it was on. */
export type FaultCounts = Partial<Record<FaultKind, number>>

/** @throws Failure when a fault has no process that it may hit */
export function requireTargets(kinds: readonly FaultKind[], targets: readonly FaultTarget[]): void {
  const how = 'start the shop here with --start, or name its processes with --pids name=pid,…'
  if (kinds.some((kind) => kind === 'kill' || kind === 'pause') && !targets.some(({ isMongo }) => !isMongo))
    throw new Failure(`--faults kill and pause signal only processes of ours: ${how}`, 2)
  if (kinds.includes('mongo') && !targets.some(({ isMongo }) => isMongo))
    throw new Failure(`--faults mongo kills only a mongod of ours: ${how} (mongo=pid)`, 2)
}

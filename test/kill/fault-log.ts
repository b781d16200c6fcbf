import { appendFileSync } from 'node:fs'

export const faultKinds = ['kill', 'pause', 'mongod', 'broker', 'psp', 'clock'] as const
export type FaultKind = (typeof faultKinds)[number]

export interface FaultLog {
  /** One line: when, what, to whom. */
  add(kind: FaultKind, target: string, detail?: string): void
  readonly counts: Readonly<Record<FaultKind, number>>
}

export function faultLog(file: string): FaultLog {
  const startedMs = performance.now()
  const counts = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<FaultKind, number>
  return {
    counts,
    add(kind, target, detail) {
      counts[kind]++
      const atMs = Math.round(performance.now() - startedMs)
      const line = { at: new Date().toISOString(), atMs, kind, target, ...(detail === undefined ? {} : { detail }) }
      appendFileSync(file, `${JSON.stringify(line)}\n`)
    },
  }
}

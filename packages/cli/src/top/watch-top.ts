import { setTimeout as sleep } from 'node:timers/promises'
import type { Output } from '../io/output.ts'
import { topLines } from './print-top.ts'
import { type ServiceState, serviceState } from './service-state.ts'
import { type Snapshot, snapshot } from './snapshot.ts'

/** Where each service tells its metrics. */
export type AdminUrls = Readonly<Record<string, string>>

interface TopOptions {
  readonly targets: AdminUrls
  /** Shown only where it answers: the process that holds several services tells its own metrics apart. */
  readonly optional: AdminUrls
  readonly everyMs: number
  readonly isOnce: boolean
  readonly isJson: boolean
  readonly stopping: AbortSignal
}

const limitMs = 2000

/** Tells the state of every service until it is stopped, or once. Returns 1 when one could not be read at the end. */
export async function watchTop(output: Output, options: TopOptions): Promise<number> {
  const { everyMs, isOnce, isJson, stopping } = options
  let before = await look(options)
  for (;;) {
    await sleep(everyMs, undefined, { signal: stopping }).catch(() => {})
    if (stopping.aborted) return 0
    const now = await look(options)
    const states = statesOf(options, before, now)
    if (isJson) output.json({ at: new Date().toISOString(), services: states })
    else output.line(`${isOnce ? '' : clear(output)}${topLines(output, states)}`)
    if (isOnce) return states.every(({ fault }) => fault === null) ? 0 : 1
    before = now
  }
}

async function look({ targets, optional }: TopOptions): Promise<Map<string, Snapshot>> {
  const urls = Object.entries({ ...targets, ...optional })
  return new Map(await Promise.all(urls.map(async ([name, url]) => [name, await snapshot(url, limitMs)] as const)))
}

function statesOf({ targets }: TopOptions, before: ReadonlyMap<string, Snapshot>, now: ReadonlyMap<string, Snapshot>) {
  return [...now].flatMap(([name, snapped]): ServiceState[] =>
    name in targets || snapped.samples ? [serviceState(name, before.get(name)!, snapped)] : [],
  )
}

/** Home and clear on a terminal; elsewhere tables follow each other. */
const clear = ({ isTty }: Output): string => (isTty ? '\u001B[H\u001B[2J' : '')

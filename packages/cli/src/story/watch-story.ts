import { setTimeout as sleep } from 'node:timers/promises'
import type { OrderStory } from '@toko/contracts'
import type { Output } from '../io/output.ts'
import { movingStatuses } from '../shop/moving-statuses.ts'
import { printStory } from './print-story.ts'

export interface WatchOptions {
  readonly isJson: boolean
  /** Undefined: it is told once. */
  readonly everyMs?: number
  readonly stopping: AbortSignal
}

/** Tells the story once, or again and again until nothing is under way any more or somebody stops it. */
export async function watchStory(
  output: Output,
  read: () => Promise<OrderStory>,
  { isJson, everyMs, stopping }: WatchOptions,
): Promise<void> {
  for (;;) {
    const story = await read()
    if (everyMs !== undefined && output.isTty && !isJson) output.line('\u001B[H\u001B[2J')
    if (isJson) output.json(story)
    else printStory(output, story)
    if (everyMs === undefined || isOver(story)) return
    await sleep(everyMs, undefined, { signal: stopping }).catch(() => {})
    if (stopping.aborted) return
  }
}

/** Nothing is left to do, and no message waits. */
function isOver({ order, audited }: OrderStory): boolean {
  if (movingStatuses.has(order.status) || 'fault' in audited) return false
  return audited.value.outbox.length === 0 && audited.value.dueAt === null
}

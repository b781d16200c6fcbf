// Preload of a service process: on a message of the exercise something in it goes wrong, as it could by itself. The services
// know nothing of it, and nothing here writes a log line or a span.
import { systemClock } from '@toko/runtime'
import { switchAnswers } from './answers.ts'
import { endAtMessage, holdConfirms, holdOutbox } from './messages.ts'
import { failNames } from './names.ts'
import { setClock, switchProcess } from './process.ts'

/** What the exercise may ask for; a new one replaces the one of its kind, and an empty one ends it. */
export interface InsideMessage {
  readonly answers?: { readonly path: string; readonly status?: number } | null
  readonly confirms?: 'held' | 'given'
  readonly outbox?: 'held' | 'given'
  /** Names that cannot be resolved. */
  readonly unknownNames?: readonly string[]
  readonly blockMs?: number
  readonly leakMiBPerSecond?: number
  readonly clockOffsetMs?: number
}

const ending = process.env['TOKO_TEST_ENDS_AT_MESSAGE']
if (ending === 'before-ack' || ending === 'after-ack') endAtMessage(ending)

process.on('message', (wanted: InsideMessage) => {
  if (wanted.answers !== undefined) switchAnswers(wanted.answers)
  if (wanted.confirms !== undefined) holdConfirms(wanted.confirms === 'held')
  if (wanted.outbox !== undefined) holdOutbox(wanted.outbox === 'held')
  if (wanted.unknownNames !== undefined) failNames(wanted.unknownNames)
  if (wanted.clockOffsetMs !== undefined) setClock(wanted.clockOffsetMs)
  process.send?.(Math.round((systemClock.now() - Date.now()) / 1000) * 1000, () => switchProcess(wanted))
})
process.channel?.unref()

// Preload of a service process: what it publishes as an event arrives several times, late, in any order, or not at all,
// although the broker said yes. Switched by a message from the test; the services know nothing of it.
import { random } from '../../kill/random.ts'
import { confirmChannel } from '../support/confirm-channel.ts'

export interface MessageChaos {
  /** Of each message; 0 ends the chaos. */
  readonly copies: number
  readonly maxDelayMs: number
  /** Every so many-th message is lost. */
  readonly dropEvery: number
}

/** What it did so far. */
export interface ChaosCounts {
  readonly published: number
  readonly copies: number
  readonly dropped: number
}

const publish = confirmChannel.publish
const draws = random(process.ppid)
const counts = { published: 0, copies: 0, dropped: 0 }
let chaos: MessageChaos = { copies: 0, maxDelayMs: 0, dropEvery: 0 }

confirmChannel.publish = function (this: typeof confirmChannel, exchange, key, content, options, confirmed) {
  if (chaos.copies === 0 || !exchange.endsWith('.events'))
    return publish.call(this, exchange, key, content, options, confirmed)
  counts.published++
  setImmediate(confirmed, null)
  if (counts.published % chaos.dropEvery === 0) {
    counts.dropped++
    return true
  }
  for (let copy = 0; copy < chaos.copies; copy++)
    setTimeout(
      () => {
        counts.copies++
        try {
          publish.call(this, exchange, key, content, options, () => {})
        } catch {
          // its channel has ended: lost, as messages are
        }
      },
      draws.between(0, chaos.maxDelayMs),
    )
  return true
}

process.on('message', (wanted: MessageChaos | null) => {
  if (wanted) chaos = wanted
  process.send?.({ ...counts })
})
process.channel?.unref()

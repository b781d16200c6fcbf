import { createRequire } from 'node:module'
import { confirmChannel } from '../../faults/support/confirm-channel.ts'

type Work = (...args: unknown[]) => unknown

const state = { confirmsHeld: false, outboxHeld: false }
let waiting: (() => void)[] = []

/** What the broker confirms is not heard of. */
export const holdConfirms = (held: boolean): void => void (state.confirmsHeld = held)

/** The relay's work on outboxes in the database stands still; it goes on where it stood. */
export function holdOutbox(held: boolean): void {
  state.outboxHeld = held
  if (held) return
  for (const go of waiting.splice(0)) go()
  waiting = []
}

const { publish } = confirmChannel
confirmChannel.publish = function (this: typeof confirmChannel, exchange, key, content, options, confirmed) {
  const isHeard = !exchange.endsWith('.events')
  return publish.call(this, exchange, key, content, options, (error) => {
    if (isHeard || !state.confirmsHeld) confirmed(error)
  })
}

const fromDatabase = createRequire(new URL('../../../packages/database/src/index.ts', import.meta.url))
const { mongo } = fromDatabase('mongoose') as { mongo: { Collection: { prototype: Record<string, Work> } } }

const isOfRelay = (args: readonly unknown[]): boolean => JSON.stringify(args[0])?.includes('"outboxAt"') ?? false
for (const method of ['updateMany', 'bulkWrite']) {
  const original = mongo.Collection.prototype[method]!
  mongo.Collection.prototype[method] = async function (...args: unknown[]) {
    if (state.outboxHeld && isOfRelay(args)) await new Promise<void>((resolve) => waiting.push(resolve))
    return original.apply(this, args)
  }
}

/** The process ends by SIGKILL at a message: before it is acknowledged, or as soon as it is. */
export function endAtMessage(when: 'before-ack' | 'after-ack'): void {
  const channel = Object.getPrototypeOf(confirmChannel) as { ack: Work }
  const { ack } = channel
  const end = () => process.kill(process.pid, 'SIGKILL')
  channel.ack = function (...args: unknown[]) {
    if (when === 'before-ack') return end()
    const answer = ack.apply(this, args)
    setTimeout(end, 20) // it has left the process by then
    return answer
  }
}

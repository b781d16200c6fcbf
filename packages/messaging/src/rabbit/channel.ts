import type { Channel, ConfirmChannel, Message } from 'amqplib'
import type { Connection } from './connection.ts'
import { patiently } from './patiently.ts'
import type { Resource } from './keep-open.ts'

export interface OpenChannel<C extends Channel = Channel> extends Resource {
  readonly channel: C
  /** False as soon as it can't send any more: an ack after that would throw. */
  isOpen(): boolean
  /** Answers a delivery, unless its channel has ended: then the broker delivers it again. */
  answer(how: 'ack' | 'reject', message: Message): void
}

export const plainChannel = async (connection: Connection): Promise<OpenChannel> =>
  watched(await connection.model.createChannel(), connection)

export const confirmChannel = async (connection: Connection): Promise<OpenChannel<ConfirmChannel>> =>
  watched(await connection.model.createConfirmChannel(), connection)

function watched<C extends Channel>(channel: C, connection: Connection): OpenChannel<C> {
  let isOpen = true
  let failure: Error | undefined
  channel.on('error', (error) => {
    isOpen = false
    failure = error
  })
  const ended = Promise.withResolvers<Error | undefined>()
  let hasEnded = false
  channel.on('close', () => {
    isOpen = false
    hasEnded = true
    ended.resolve(failure)
  })
  async function close(): Promise<void> {
    isOpen = false
    await patiently(Promise.race([Promise.try(() => channel.close()), ended.promise]))
    // The broker's end of it hangs: only the end of its connection frees it, unless that is blocked and reads nothing.
    if (!hasEnded && !connection.blocked()) void connection.close()
    ended.resolve(undefined)
  }
  function answer(how: 'ack' | 'reject', message: Message): void {
    if (!isOpen) return
    try {
      if (how === 'ack') channel.ack(message)
      else channel.reject(message, true) // never nack: RabbitMQ 4.3 does not count it, so it would loop for ever
    } catch {
      // its connection is being closed
    }
  }
  return { channel, closed: ended.promise, isOpen: () => isOpen, answer, close }
}

import type { Channel, ConfirmChannel, Message } from 'amqplib'
import type { Connection } from './connection.ts'
import { closeWithin } from './close-within.ts'
import type { Resource } from './keep-open.ts'

export interface OpenChannel<C extends Channel = Channel> extends Resource {
  readonly channel: C
  /** False as soon as it can't send any more: an ack after that would throw. */
  isOpen(): boolean
  /** Answers a delivery, unless its channel has ended: then the broker delivers it again. */
  answer(how: 'ack' | 'reject', message: Message): void
}

export const plainChannel = async ({ model }: Connection): Promise<OpenChannel> => watched(await model.createChannel())

export const confirmChannel = async ({ model }: Connection): Promise<OpenChannel<ConfirmChannel>> =>
  watched(await model.createConfirmChannel())

function watched<C extends Channel>(channel: C): OpenChannel<C> {
  let isOpen = true
  let failure: Error | undefined
  channel.on('error', (error) => {
    isOpen = false
    failure = error
  })
  const closed = new Promise<Error | undefined>((resolve) =>
    channel.on('close', () => {
      isOpen = false
      resolve(failure)
    }),
  )
  const close = () => {
    isOpen = false
    return closeWithin(() => channel.close(), closed)
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
  return { channel, closed, isOpen: () => isOpen, answer, close }
}
